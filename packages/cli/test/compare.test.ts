import { describe, expect, it } from "vitest";
import { tQuantile } from "../src/report/compare/difference.ts";
import { type ComparedRun, compare, type ReportInput, renderComparison } from "../src/report/index.ts";
import { classificationInput, hostileInput, regressionInput } from "./report-fixtures.ts";

const run = (name: string, report: ReportInput): ComparedRun => ({ name, report });

/** The same run with other scores of its folds, and no held-out rows. */
function withFolds(perFold: readonly number[], settings: ReportInput["settings"] = {}): ReportInput {
  const base = classificationInput();
  const mean = perFold.reduce((sum, value) => sum + value, 0) / perFold.length;
  const std = Math.sqrt(perFold.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (perFold.length - 1));
  return {
    ...base,
    settings: { ...base.settings, ...settings },
    metrics: [{ name: "auc", label: "ROC AUC", better: "larger", folds: { mean, std, perFold }, training: 1 }],
  };
}

/** The same run whose held-out scores are drawn towards ½ where `isWorse`. */
function withScores(isWorse: (row: number) => boolean, holdout: number): ReportInput {
  const base = classificationInput();
  const { positive, logOdds } = base.evaluation.scores!;
  const scores = { positive, logOdds: logOdds.map((score, row) => (isWorse(row) ? -score : score)) };
  return {
    ...base,
    metrics: [{ ...base.metrics[0]!, holdout }],
    evaluation: { ...base.evaluation, scores },
  };
}

describe("a comparison", () => {
  it("looks at held-out rows if all runs have them, else at folds, else at training rows", () => {
    const held = classificationInput();
    const folds = withFolds([0.9, 0.91, 0.92]);
    const training = { ...held, metrics: held.metrics.map(({ holdout: _, folds: __, ...metric }) => metric) };
    const basis = (...reports: ReportInput[]) => compare(reports.map((report, i) => run(`r${i}`, report))).basis;
    expect([basis(held, held), basis(held, folds), basis(held, training)]).toEqual(["holdout", "folds", "training"]);
  });

  it("marks the best value of each metric: the largest score, the smallest loss, both of two equal ones", () => {
    const a = classificationInput();
    const b = {
      ...a,
      metrics: a.metrics.map((m) => (m.name === "accuracy" ? m : { ...m, holdout: m.holdout! + 0.001 })),
    };
    const { metrics } = compare([run("a", a), run("b", b)]);
    expect(metrics.map(({ name, best }) => [name, best])).toEqual([
      ["auc", ["b"]],
      ["accuracy", ["a", "b"]],
      ["f1", ["b"]],
      ["logLoss", ["a"]],
    ]);
  });

  it("lists settings and columns that differ, and no others", () => {
    const a = classificationInput();
    const b: ReportInput = {
      ...a,
      settings: { ...a.settings, l2: 0.1, solver: "newton" },
      data: { ...a.data, columns: a.data.columns.slice(1) },
    };
    const { settings, columns } = compare([run("a", a), run("b", b)]);
    expect(settings).toEqual([
      { name: "l2", values: [0.0017574692, 0.1] },
      { name: "solver", values: [undefined, "newton"] },
    ]);
    expect(columns).toEqual([{ name: a.data.columns[0]!.name, runs: ["a"] }]);
  });
});

describe("how sure a difference is", () => {
  // numpy 2.4.6, scipy 1.17.1: d = [.02, .03, .01, .025, .035]; d.mean(), sqrt((1/5 + 1/4)*d.var(ddof=1)), t.ppf(.975, 4)
  const better = [0.92, 0.94, 0.9, 0.955, 0.935];
  const worse = [0.9, 0.91, 0.89, 0.93, 0.9];

  it("comes from paired folds, with the correction for shared training rows", () => {
    const { differences } = compare([run("a", withFolds(worse)), run("b", withFolds(better))]);
    const [difference] = differences;
    expect(difference).toMatchObject({ best: "b", other: "a", metric: "auc", isClear: true });
    expect(difference!.difference).toBeCloseTo(0.024, 12);
    expect(difference!.standardError).toBeCloseTo(0.006451743950281962, 12);
  });

  it("is not established when the folds disagree: 2.776 standard errors are needed with 5 folds, not 2", () => {
    const shaky = [0.92, 0.94, 0.895, 0.94, 0.94];
    const [difference] = compare([run("a", withFolds(worse)), run("b", withFolds(shaky))]).differences;
    expect(difference!.isClear).toBe(false);
    const ratio = difference!.difference! / difference!.standardError!;
    expect([ratio > 2, ratio < 2.776]).toEqual([true, true]);
  });

  it.each([
    ["another seed", { seed: 1 }],
    ["other rows", { rows: 568 }],
    ["another file", { "data hash": "00" }],
    ["another share held out", { "held out": 0 }],
  ])("is not known with %s: the folds are not the same rows", (_, settings) => {
    const [difference] = compare([run("a", withFolds(worse)), run("b", withFolds(better, settings))]).differences;
    expect(difference).not.toHaveProperty("standardError");
    expect(difference!.method).toContain("cannot be paired");
  });

  it("comes from DeLong's test on held-out rows that are the same", () => {
    const best = classificationInput();
    const clearlyWorse = withScores((row) => row % 3 === 0, 0.7);
    const hardlyWorse = withScores((row) => row === 5, 0.99);
    const { differences } = compare([run("best", best), run("clear", clearlyWorse), run("hardly", hardlyWorse)]);
    expect(differences.map(({ other, isClear }) => [other, isClear])).toEqual([
      ["clear", true],
      ["hardly", false],
    ]);
    const moved = {
      ...clearlyWorse,
      evaluation: { ...clearlyWorse.evaluation, scores: { positive: [1, 0], logOdds: [1, 2] } },
    };
    expect(compare([run("best", best), run("moved", moved)]).differences[0]).not.toHaveProperty("standardError");
  });

  it("comes from squared errors on the same rows for numbers", () => {
    const base = regressionInput();
    const metric = (holdout: number): ReportInput["metrics"] => [
      { name: "rmse", label: "RMSE", better: "smaller", holdout },
    ];
    const rows = 8;
    const actual = [1, 2, 3, 4, 5, 6, 7, 8];
    const near = actual.map((y, i) => y + [0.1, -0.2, 0.1, 0.3, -0.1, 0.2, -0.3, 0.1][i]!);
    const far = actual.map((y, i) => y + [1.1, -0.9, 1.3, 0.8, -1.2, 1, -1.1, 0.7][i]!);
    const of = (predicted: number[], rmse: number): ReportInput => ({
      ...base,
      metrics: metric(rmse),
      evaluation: { rowsUsed: "holdout", rows, points: { actual, predicted } },
    });
    const [difference] = compare([run("near", of(near, 0.19)), run("far", of(far, 1.03))]).differences;
    // numpy 2.4.6: e = near**2 − far**2; e.std(ddof=1)/sqrt(8)/(rms(near) + rms(far))
    expect(difference!.standardError).toBeCloseTo(0.12083247916735546, 12);
    expect(difference!.isClear).toBe(true);
  });

  it("has the quantiles of Student's t", () => {
    // scipy 1.17.1, t.ppf(0.975, df); the table has three decimals, the expansion four digits from 10 on
    const expected: [number, number][] = [
      [1, 12.7062],
      [4, 2.7764],
      [9, 2.2622],
      [10, 2.2281],
      [20, 2.086],
      [100, 1.984],
    ];
    for (const [freedom, value] of expected) expect(Math.abs(tQuantile(freedom) - value)).toBeLessThan(3e-3);
  });
});

describe("the page of a comparison", () => {
  const classes = () => [run("runs/a", withFolds([0.9, 0.91, 0.92])), run("runs/<b>", classificationInput())];

  it("gives equal bytes for equal runs, loads nothing and is small", async () => {
    const html = await renderComparison(classes());
    expect(html).toBe(await renderComparison(classes()));
    expect(Buffer.byteLength(html)).toBeLessThan(1e6);
    expect(html).not.toMatch(/<script|<img|<link|<b>/i);
    expect(html).toContain("runs/&lt;b&gt;");
  });

  it("draws the curves of all runs in one picture", async () => {
    const html = await renderComparison(classes());
    expect(html.match(/<figure /g)).toHaveLength(1);
    expect(html).toMatch(/AUC 0\.9974: runs\/a[\s\S]*AUC 0\.9974: runs\/&lt;b&gt;/);
  });

  it("compares residuals for numbers, and classes that try to break out", async () => {
    const numbers = await renderComparison([run("a", regressionInput()), run("b", regressionInput())]);
    expect(numbers).toContain("Size of the residuals");
    const hostile = await renderComparison([run("a", hostileInput()), run("b", hostileInput())]);
    expect(hostile).not.toMatch(/<script|onerror=alert\(1\)>/i);
  });

  it("warns of different files, and of the best of many", async () => {
    const [a, b] = classes();
    const other = { ...b!, report: { ...b!.report, data: { ...b!.report.data, sha256: "ff" } } };
    expect(await renderComparison([a!, other])).toContain("2 different files");
    const three = await renderComparison([a!, b!, run("c", classificationInput())]);
    expect(three).toContain("The best of 3 runs looks better than it is");
  });
});
