// Inputs of a report as `train` makes them: shapes and sizes of real runs, numbers from a small fixed generator.
import type { ColumnProfile } from "steepest/data";
import { calibrationCurve, confusion, precisionRecallCurve, rocCurve } from "steepest/metrics";
import { summarize } from "steepest/select";
import type { ReportInput } from "../src/report/index.ts";

/** Uniform numbers in [0, 1): Park & Miller (1988), the same on every platform. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

const measures = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points"];
const features = ["mean", "error", "worst"].flatMap((kind) => measures.map((measure) => `${measure} (${kind})`));

function profileOf(name: string, random: () => number): ColumnProfile {
  const mean = 10 ** (4 * random() - 2);
  return {
    name,
    type: "number",
    missing: 0,
    distinct: 400 + Math.floor(150 * random()),
    summary: {
      min: 0.4 * mean,
      lowerQuartile: 0.78 * mean,
      median: 0.96 * mean,
      upperQuartile: 1.17 * mean,
      max: 2.8 * mean,
      mean,
      std: 0.31 * mean,
    },
    top: [],
    warnings: [],
  };
}

const target: ColumnProfile = {
  name: "diagnosis",
  type: "category",
  missing: 0,
  distinct: 2,
  summary: undefined,
  top: [
    { value: "benign", count: 357 },
    { value: "malignant", count: 212 },
  ],
  warnings: [],
};

/** 114 held-out rows with well separated scores. */
function scored(random: () => number): { actual: string[]; scores: number[] } {
  const actual = Array.from({ length: 114 }, (_, i) => (i % 8 < 3 ? "malignant" : "benign"));
  const scores = actual.map((label) => 1 / (1 + Math.exp(-(label === "malignant" ? 3 : -3.4) - 7 * (random() - 0.5))));
  return { actual, scores };
}

function metric(
  name: string,
  label: string,
  better: "larger" | "smaller",
  perFold: readonly number[],
  holdout: number,
  training: number,
): ReportInput["metrics"][number] {
  const mean = perFold.reduce((sum, value) => sum + value, 0) / perFold.length;
  const std = Math.sqrt(perFold.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (perFold.length - 1));
  return { name, label, better, folds: { mean, std, perFold }, holdout, training };
}

/** Two classes, five folds and a hold-out set: what `npm start` reports. */
export function classificationInput(): ReportInput {
  const random = generator(7);
  const { actual, scores } = scored(random);
  const curve = rocCurve(actual, scores, { positive: "malignant" });
  const positive = actual.map((label) => (label === "malignant" ? 1 : 0));
  const at = (threshold: number) => {
    const counts = { threshold, tp: 0, fp: 0, tn: 0, fn: 0 };
    for (const [i, score] of scores.entries()) {
      const hit = score >= threshold ? (positive[i] === 1 ? "tp" : "fp") : positive[i] === 1 ? "fn" : "tn";
      counts[hit]++;
    }
    return counts;
  };
  const point = (x: number, train: number, test: number) => ({
    x,
    train: summarize([train, train - 0.01, train + 0.005]),
    test: summarize([test - 0.01, test, test + 0.01]),
  });
  const matrix = confusion<string>(
    actual,
    scores.map((score) => (score >= 0.5 ? "malignant" : "benign")),
    { positive: "malignant" },
  );
  const pairs = [
    ["radius (mean)", "perimeter (mean)", 0.998],
    ["radius (worst)", "perimeter (worst)", 0.994],
    ["radius (mean)", "area (mean)", 0.987],
    ["perimeter (worst)", "area (worst)", 0.978],
    ["concavity (mean)", "concave points (mean)", 0.921],
    ["smoothness (error)", "radius (worst)", -0.912],
  ] as const;
  return {
    title: "Logistic regression of diagnosis",
    run: "runs/start",
    date: "2026-01-15T09:30:00Z",
    command:
      "steepest train data/breast-cancer.csv --target diagnosis --model logistic --l2 0.0017574692 --standardize --cv 5 --holdout 0.2 --out runs/start --force",
    seed: 0,
    versions: { steepest: "0.1.0", node: "20.20.2" },
    status: {
      word: "converged",
      message: "The solver stopped at a gradient norm of 8.1e−7, below its tolerance of 1e−6.",
    },
    task: "classification",
    data: {
      file: "data/breast-cancer.csv",
      sha256: "9f2c7c1f0a3b5d7e9f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70",
      rows: 569,
      target: "diagnosis",
      columns: [...features.map((name) => profileOf(name, random)), target],
      balance: [
        { label: "benign", count: 357 },
        { label: "malignant", count: 212 },
      ],
      correlations: pairs.map(([a, b, r]) => ({ a, b, r })),
      warnings: [
        "21 pairs of columns have |r| > 0.9: their coefficients share one effect and are not to be read one by one.",
      ],
      duplicates: {
        count: 3,
        first: [
          { row: 17, of: 4 },
          { row: 90, of: 88 },
          { row: 301, of: 4 },
        ],
        heldOut: { count: 1, rows: 114 },
      },
    },
    settings: {
      data: "data/breast-cancer.csv",
      "data hash": "9f2c7c1f0a3b5d7e9f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70",
      rows: 569,
      model: "logistic regression",
      l2: 0.0017574692,
      standardize: true,
      folds: 5,
      "held out": 0.2,
      seed: 0,
    },
    pipeline: [
      { step: "impute", options: { strategy: "median", filled: 0 } },
      { step: "standardize", options: { columns: features.length } },
      { step: "logistic regression", options: { l2: 0.0017574692, solver: "lbfgs", classes: 2 } },
    ],
    metrics: [
      {
        ...metric("auc", "ROC AUC", "larger", [0.9954, 0.9918, 0.9987, 0.9902, 0.9971], curve.area, 0.9976),
        interval: { low: 0.9912, high: 1, level: 0.95 },
      },
      metric("accuracy", "Accuracy", "larger", [0.9737, 0.9561, 0.9912, 0.9649, 0.9823], matrix.accuracy, 0.9877),
      metric("f1", "F1", "larger", [0.9639, 0.9412, 0.988, 0.9524, 0.9767], matrix.f1, 0.9834),
      metric("logLoss", "Log loss", "smaller", [0.0812, 0.1041, 0.0466, 0.0954, 0.0623], 0.0788, 0.0513),
    ],
    evaluation: {
      rowsUsed: "holdout",
      rows: 114,
      positive: "malignant",
      confusion: matrix,
      roc: { malignant: curve },
      precisionRecall: { malignant: precisionRecallCurve(actual, scores, { positive: "malignant" }) },
      calibration: calibrationCurve(actual, scores, { positive: "malignant" }),
      thresholds: {
        rows: [0.1, 0.3, 0.5, 0.7, 0.9].map(at),
        best: [
          { by: "costs", ...at(0.25) },
          { by: "F1", ...at(0.5) },
        ],
        costs: { falsePositive: 1, falseNegative: 5 },
      },
      scores: { positive, logOdds: scores.map((p) => Math.log(p / (1 - p))) },
    },
    selection: {
      learningCurve: {
        label: "ROC AUC",
        points: [point(40, 0.999, 0.94), point(160, 0.997, 0.97), point(400, 0.99, 0.985)],
      },
    },
    training: {
      solver: "lbfgs",
      status: "converged",
      message: "L-BFGS converged in 23 steps: the gradient norm fell below the tolerance.",
      steps: 23,
      objective: 0.06636,
      history: Array.from(
        { length: 24 },
        (_, k) => 0.06636 + (k < 23 ? 0.62679 * Math.exp(-0.62 * k - 0.1 * Math.sin(2 * k)) : 0),
      ),
      gradientNorms: Array.from({ length: 24 }, (_, k) => 1.4 * Math.exp(-0.6 * k + 0.4 * Math.cos(3 * k))),
    },
    model: {
      kind: "Logistic regression",
      features,
      coefficients: { malignant: features.map((_, j) => 1.4 * Math.sin(7.3 * j + 1) * Math.exp(-j / 18)) },
      intercepts: { malignant: -0.3121 },
    },
  };
}

/** A regression without hold-out set: predictions of the folds. */
export function regressionInput(): ReportInput {
  const random = generator(11);
  const names = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];
  const actual = Array.from({ length: 442 }, () => Math.round(25 + 321 * random() ** 1.4));
  const predicted = actual.map((value) => 75 + 0.5 * value + 90 * (random() - 0.5));
  const base = classificationInput();
  return {
    ...base,
    title: "Linear regression of progression",
    command: "steepest train data/diabetes.csv --target progression --model linear --cv 5",
    task: "regression",
    data: {
      ...base.data,
      file: "data/diabetes.csv",
      rows: 442,
      target: "progression",
      columns: [...names, "progression"].map((name) => profileOf(name, random)),
      balance: [],
      correlations: [],
      warnings: [],
    },
    pipeline: [{ step: "linear regression", options: { solver: "qr" } }],
    metrics: [
      {
        name: "r2",
        label: "R²",
        better: "larger",
        folds: { mean: 0.489, std: 0.041, perFold: [0.45, 0.52, 0.44, 0.53, 0.505] },
        training: 0.5177,
      },
      {
        name: "rmse",
        label: "RMSE",
        better: "smaller",
        folds: { mean: 54.6, std: 2.1, perFold: [53.1, 56.9, 52.2, 56.1, 54.7] },
        training: 53.48,
      },
    ],
    evaluation: { rowsUsed: "out-of-fold", rows: 442, points: { actual, predicted } },
    selection: {
      strengths: {
        chosen: 0.01,
        penalty: "l2",
        tried: [1e-4, 1e-3, 0.01, 0.1, 1, 10].map((strength) => ({
          strength,
          error: 3000 + 40 * (Math.log10(strength) + 2) ** 2,
          coef: names.map((_, j) => (40 * Math.sin(3 * j + 1)) / (1 + strength * (j + 1))),
        })),
      },
    },
    training: {
      solver: "qr",
      status: "optimal",
      message: "Solved in one step by QR: the minimum is exact up to rounding.",
      steps: 1,
      objective: 1429.85,
      history: [],
    },
    model: {
      kind: "Linear regression",
      features: names,
      coefficients: { progression: [-10.01, -239.82, 519.85, 324.38, -792.18, 476.74, 101.04, 177.06, 751.28, 67.63] },
      intercepts: { progression: 152.13 },
    },
  };
}

/** Three classes, an unfinished solver, and names that try to break out of the page. */
export function hostileInput(): ReportInput {
  const base = classificationInput();
  const evil = `<script>alert("1")</script>`;
  const labels = ["a & b", "</style><img src=x onerror=alert(1)>", "'quoted' \"twice\""];
  const actual = Array.from({ length: 90 }, (_, i) => labels[i % 3]!);
  const predicted = actual.map((label, i) => (i % 7 === 0 ? labels[(i + 1) % 3]! : label));
  const scores = actual.map((_, i) => ((i * 37) % 90) / 90);
  return {
    ...base,
    title: `Report of ${evil}`,
    run: `${evil}'"`,
    command: `steepest train "${evil}.csv" --target '</pre>'`,
    status: { word: "max-steps", message: `Stopped after 100 steps in ${evil}.` },
    data: {
      ...base.data,
      target: evil,
      columns: [
        {
          ...target,
          name: evil,
          top: [{ value: evil, count: 90 }],
          distinct: 7,
          warnings: ["</td><script>x</script>"],
        },
        ...base.data.columns.slice(0, 3),
      ],
      balance: labels.map((label, i) => ({ label, count: 30 + i })),
      correlations: [{ a: evil, b: labels[1]!, r: 0.95 }],
      warnings: [evil, ""],
    },
    pipeline: [
      { step: evil, options: { [evil]: evil } },
      { step: "plain", options: {} },
    ],
    evaluation: {
      rowsUsed: "training",
      rows: 90,
      positive: evil,
      thresholds: { ...base.evaluation.thresholds!, best: [{ ...base.evaluation.thresholds!.rows[1]!, by: evil }] },
      confusion: confusion<string>(actual, predicted, { labels, average: "macro" }),
      roc: Object.fromEntries(
        labels.map((label) => [
          label,
          rocCurve(
            actual.map((l) => (l === label ? "yes" : "no")),
            scores,
            { positive: "yes" },
          ),
        ]),
      ),
    },
    model: {
      kind: evil,
      features: [evil, labels[1]!, "plain"],
      coefficients: Object.fromEntries(labels.map((label, i) => [label, [1.5 - i, -0.25 * i, 0.5]])),
      intercepts: Object.fromEntries(labels.map((label, i) => [label, i / 3])),
    },
  };
}
