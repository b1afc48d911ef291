// What every implementation of a metric must keep. Each law is a function of the implementation, so that it can be run
// on wrong ones: a law that lets a planted mistake pass is not a law.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy, averagePrecision, type Curve, confusion, rocAuc, rocCurve } from "./index.ts";

interface Rows {
  readonly actual: readonly number[];
  readonly scores: readonly number[];
  readonly sampleWeight: readonly number[];
}
type Area = (rows: Rows) => number;
type RocPoints = (rows: Rows) => Curve;

/** Throws with a shrunk example where the law is broken. */
function holds<T>(examples: fc.Arbitrary<T>, predicate: (example: T) => boolean): void {
  fc.assert(fc.property(examples, predicate));
}

// f64; sums of at most 60 terms of size about 1.
const tolerance = 1e-12;
const close = (a: number, b: number) => Math.abs(a - b) <= tolerance;

/** Scores on a coarse grid, so that many tie, and on a fine one; weights 0 to 3 in quarters, whose sums are exact. */
const rows: fc.Arbitrary<Rows> = fc
  .array(
    fc.record({
      label: fc.constantFrom(0, 1),
      score: fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3 << 20, max: 3 << 20 }).map((steps) => steps * 2 ** -20),
      ),
      weight: fc.integer({ min: 0, max: 12 }).map((quarters) => quarters / 4),
    }),
    { maxLength: 50 },
  )
  .map((list) => [
    // One row of each class always counts.
    { label: 0, score: 1, weight: 1 },
    { label: 1, score: 1, weight: 2 },
    ...list,
  ])
  .map((list) => ({
    actual: list.map(({ label }) => label),
    scores: list.map(({ score }) => score),
    sampleWeight: list.map(({ weight }) => weight),
  }));

const laws = {
  "AUC is the weighted share of pairs in order, ties half": (auc: Area) =>
    holds(rows, (data) => close(auc(data), pairShare(data))),

  "AUC is invariant under monotone maps of the scores": (auc: Area) =>
    holds(rows, (data) => close(auc(data), auc({ ...data, scores: data.scores.map(squash) }))),

  "AUC of the negated scores is 1 − AUC": (auc: Area) =>
    holds(rows, (data) => close(auc(data) + auc({ ...data, scores: data.scores.map((s) => -s) }), 1)),

  "a weight counts as so many rows": (area: Area) => holds(rows, (data) => close(area(data), area(repeatedRows(data)))),

  "the order of the rows changes no bit": (area: Area) =>
    holds(
      fc.tuple(rows, fc.infiniteStream(fc.nat()), fc.double({ min: 0.1, max: 9, noNaN: true })),
      ([data, keys, unit]) => {
        // Weights that do not add up exactly, so that a running sum would show the order.
        const odd = { ...data, sampleWeight: data.sampleWeight.map((weight, row) => weight * (unit + row / 7)) };
        const order = odd.actual.map((_, row) => [keys.next().value, row] as const).sort((a, b) => a[0] - b[0]);
        const pick = (list: readonly number[]) => order.map(([, row]) => list[row]!);
        const shuffled = { actual: pick(odd.actual), scores: pick(odd.scores), sampleWeight: pick(odd.sampleWeight) };
        return Object.is(area(odd), area(shuffled));
      },
    ),

  "AP is the sum of steps, from counts at each threshold": (ap: Area) =>
    holds(rows, (data) => close(ap(data), stepSum(data))),
} as const;

const curveLaws = {
  "the ROC curve starts at (0, 0) with Infinity, ends at (1, 1), and never falls": (roc: RocPoints) =>
    holds(rows, (data) => {
      const { x, y, thresholds } = roc(data);
      const rising = (list: readonly number[]) => list.every((value, i) => i === 0 || value >= list[i - 1]!);
      return (
        x[0] === 0 &&
        y[0] === 0 &&
        thresholds[0] === Infinity &&
        x.at(-1) === 1 &&
        y.at(-1) === 1 &&
        rising(x) &&
        rising(y)
      );
    }),
  "the trapezoids under its points are AUC": (roc: RocPoints) =>
    holds(rows, (data) => {
      const curve = roc(data);
      return close(trapezoids(curve), pairShare(data)) && close(curve.area, pairShare(data));
    }),
  "each point is what its threshold gives": (roc: RocPoints) =>
    holds(rows, (data) => {
      const { x, y, thresholds } = roc(data);
      return thresholds.every((threshold, i) => {
        const { tp, fp, fn, tn } = countsAt(data, threshold);
        return close(x[i]!, fp / (fp + tn)) && close(y[i]!, tp / (tp + fn));
      });
    }),
} as const;

type Labels = { actual: readonly number[]; predicted: readonly number[]; sampleWeight: readonly number[] };
type Averages = (data: Labels) => { macro: number; micro: number; weighted: number };

const threeClasses: fc.Arbitrary<Labels> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 8 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((list) => ({
    actual: [0, 1, 2, ...list.map(([label]) => label)],
    predicted: [0, 1, 2, ...list.map(([, guess]) => guess)],
    sampleWeight: [1, 1, 1, ...list.map(([, , quarters]) => quarters / 4)],
  }));

const averageLaws = {
  "micro recall is the accuracy, macro the plain mean, weighted recall the accuracy too": (recall: Averages) =>
    holds(threeClasses, (data) => {
      const { macro, micro, weighted } = recall(data);
      const right = accuracy(data.actual, data.predicted, { sampleWeight: data.sampleWeight });
      return close(micro, right) && close(weighted, right) && close(macro, meanRecall(data));
    }),
} as const;

// ---- definitions, from nothing but the rows ------------------------------------------------------

function pairShare({ actual, scores, sampleWeight }: Rows): number {
  let won = 0;
  let pairs = 0;
  for (const [i, label] of actual.entries()) {
    for (const [j, other] of actual.entries()) {
      if (label !== 1 || other !== 0) continue;
      const weight = sampleWeight[i]! * sampleWeight[j]!;
      pairs += weight;
      won += weight * (scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0);
    }
  }
  return won / pairs;
}

function countsAt({ actual, scores, sampleWeight }: Rows, threshold: number) {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const [row, label] of actual.entries()) {
    const called = scores[row]! >= threshold;
    counts[label === 1 ? (called ? "tp" : "fn") : called ? "fp" : "tn"] += sampleWeight[row]!;
  }
  return counts;
}

function stepSum(data: Rows): number {
  const thresholds = [...new Set(data.scores.filter((_, row) => data.sampleWeight[row]! > 0))].sort((a, b) => b - a);
  let area = 0;
  let before = 0;
  for (const threshold of thresholds) {
    const { tp, fp, fn } = countsAt(data, threshold);
    area += (tp / (tp + fn) - before) * (tp / (tp + fp));
    before = tp / (tp + fn);
  }
  return area;
}

function trapezoids({ x, y }: Pick<Curve, "x" | "y">): number {
  return x.slice(1).reduce((area, value, i) => area + (value - x[i]!) * ((y[i]! + y[i + 1]!) / 2), 0);
}

/** Strictly increasing, and exact on both grids. */
function squash(score: number): number {
  return 2 * score + 5 * Math.sign(score);
}

/** Rows of weight w as 4w rows of weight ¼. */
function repeatedRows({ actual, scores, sampleWeight }: Rows): Rows {
  const order = actual.flatMap((_, row) => new Array<number>(sampleWeight[row]! * 4).fill(row));
  return {
    actual: order.map((row) => actual[row]!),
    scores: order.map((row) => scores[row]!),
    sampleWeight: order.map(() => 0.25),
  };
}

function meanRecall({ actual, predicted, sampleWeight }: Labels): number {
  const recalls = [0, 1, 2].map((label) => {
    const own = actual.map((value, row) => (value === label ? sampleWeight[row]! : 0));
    const total = own.reduce((sum, weight) => sum + weight, 0);
    return own.reduce((sum, weight, row) => sum + (predicted[row] === label ? weight : 0), 0) / total;
  });
  return recalls.reduce((sum, recall) => sum + recall, 0) / 3;
}

// ---- ours, and planted mistakes ------------------------------------------------------------------

const options = ({ sampleWeight }: Rows) => ({ positive: 1, sampleWeight });
const ourAuc: Area = (data) => rocAuc(data.actual, data.scores, options(data));
const ourAp: Area = (data) => averagePrecision(data.actual, data.scores, options(data));
const ourRoc: RocPoints = (data) => rocCurve(data.actual, data.scores, options(data));
const ourRecalls: Averages = ({ actual, predicted, sampleWeight }) => {
  const by = (average: "macro" | "micro" | "weighted") =>
    confusion(actual, predicted, { average, sampleWeight }).recall;
  return { macro: by("macro"), micro: by("micro"), weighted: by("weighted") };
};

/** Running sums in row order inside of ties: right to 1e-12, and different in the last bits. */
const runningAuc: Area = ({ actual, scores, sampleWeight }) => {
  let area = 0;
  let positives = 0;
  let negatives = 0;
  for (const [i, label] of actual.entries()) {
    if (label === 1) positives += sampleWeight[i]!;
    else negatives += sampleWeight[i]!;
    for (const [j, other] of actual.entries()) {
      if (label !== 1 || other !== 0) continue;
      area += sampleWeight[i]! * sampleWeight[j]! * (scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0);
    }
  }
  return area / (positives * negatives);
};
const tiesAsWins: Area = ({ actual, scores, sampleWeight }) => {
  const nudged = scores.map((score, row) => score + (actual[row] === 1 ? 1e-9 : 0));
  return ourAuc({ actual, scores: nudged, sampleWeight });
};
const weightsIgnored: (area: Area) => Area = (area) => (data) =>
  area({ ...data, sampleWeight: data.actual.map(() => 1) });
const weightsIgnoredInTotals: Area = (data) => {
  const total = (label: number) => data.actual.filter((value) => value === label).length;
  const weight = (label: number) =>
    data.actual.reduce((sum, value, row) => sum + (value === label ? data.sampleWeight[row]! : 0), 0);
  return (ourAuc(data) * weight(0) * weight(1)) / (total(0) * total(1));
};
const valuesNotRanks: Area = (data) => {
  const mean = (label: number) => {
    const own = data.scores.filter((_, row) => data.actual[row] === label);
    return own.reduce((sum, score) => sum + score, 0) / own.length;
  };
  return 0.5 + (mean(1) - mean(0)) / 12;
};
const alwaysPositive: Area = (data) => Math.max(ourAuc(data), 1 - ourAuc(data));
const trapezoidOnPr: Area = (data) => {
  const thresholds = [...new Set(data.scores)].sort((a, b) => b - a);
  const points = thresholds.map((threshold) => countsAt(data, threshold)).filter(({ tp, fp }) => tp + fp > 0);
  return trapezoids({
    x: [0, ...points.map(({ tp, fn }) => tp / (tp + fn))],
    y: [1, ...points.map(({ tp, fp }) => tp / (tp + fp))],
  });
};
const withoutFirstPoint: RocPoints = (data) => {
  const { x, y, thresholds, area } = ourRoc(data);
  return { x: x.slice(1), y: y.slice(1), thresholds: thresholds.slice(1), area };
};
const tiesOneByOne: RocPoints = (data) => {
  const moved = data.scores.map((score, row) => score - row * 1e-9);
  const curve = ourRoc({ ...data, scores: moved });
  return { ...curve, thresholds: curve.thresholds.map((t) => (t === Infinity ? t : Math.round(t * 1e6) / 1e6)) };
};
const macroMicroSwapped: Averages = (data) => {
  const { macro, micro, weighted } = ourRecalls(data);
  return { macro: micro, micro: macro, weighted };
};
const supportByRows: Averages = (data) => ({
  ...ourRecalls(data),
  weighted: ourRecalls({ ...data, sampleWeight: data.actual.map(() => 1) }).weighted,
});

describe("laws of the areas", () => {
  const apLaws = ["a weight counts as so many rows", "the order of the rows changes no bit"] as const;
  for (const [name, law] of Object.entries(laws)) {
    if (!name.startsWith("AP")) it(`rocAuc: ${name}`, () => law(ourAuc));
  }
  for (const name of [...apLaws, "AP is the sum of steps, from counts at each threshold"] as const) {
    it(`averagePrecision: ${name}`, () => laws[name](ourAp));
  }
  for (const [name, law] of Object.entries(curveLaws)) it(`rocCurve: ${name}`, () => law(ourRoc));
  for (const [name, law] of Object.entries(averageLaws)) it(`confusion: ${name}`, () => law(ourRecalls));
});

describe("planted mistakes are caught", () => {
  const pairs = laws["AUC is the weighted share of pairs in order, ties half"];
  const area: readonly (readonly [string, keyof typeof laws, Area])[] = [
    ["ties counted as wins", "AUC is the weighted share of pairs in order, ties half", tiesAsWins],
    ["ties counted as wins", "AUC of the negated scores is 1 − AUC", tiesAsWins],
    ["weights ignored", "AUC is the weighted share of pairs in order, ties half", weightsIgnored(ourAuc)],
    ["weights ignored", "a weight counts as so many rows", weightsIgnored(ourAuc)],
    ["weights ignored in totals", "AUC is the weighted share of pairs in order, ties half", weightsIgnoredInTotals],
    ["values instead of ranks", "AUC is invariant under monotone maps of the scores", valuesNotRanks],
    ["the better of both directions", "AUC of the negated scores is 1 − AUC", alwaysPositive],
    ["running sums in row order", "the order of the rows changes no bit", runningAuc],
    ["trapezoid on precision-recall", "AP is the sum of steps, from counts at each threshold", trapezoidOnPr],
    ["weights ignored in AP", "a weight counts as so many rows", weightsIgnored(ourAp)],
  ];
  for (const [mistake, law, wrong] of area) {
    it(`${mistake}: ${law}`, () => expect(() => laws[law](wrong)).toThrow(/Property failed/));
  }
  const curves: readonly (readonly [string, keyof typeof curveLaws, RocPoints])[] = [
    [
      "first point missing",
      "the ROC curve starts at (0, 0) with Infinity, ends at (1, 1), and never falls",
      withoutFirstPoint,
    ],
    ["first point missing", "the trapezoids under its points are AUC", withoutFirstPoint],
    ["ties moved one by one", "each point is what its threshold gives", tiesOneByOne],
    ["ties moved one by one", "the trapezoids under its points are AUC", tiesOneByOne],
  ];
  for (const [mistake, law, wrong] of curves) {
    it(`${mistake}: ${law}`, () => expect(() => curveLaws[law](wrong)).toThrow(/Property failed/));
  }
  for (const [mistake, wrong] of [
    ["micro and macro swapped", macroMicroSwapped],
    ["support by rows instead of weights", supportByRows],
  ] as const) {
    it(mistake, () => {
      for (const law of Object.values(averageLaws)) expect(() => law(wrong)).toThrow(/Property failed/);
    });
  }
  it("the running sums that fail on bits pass where bits do not matter", () => {
    expect(() => pairs(runningAuc)).not.toThrow();
  });
});
