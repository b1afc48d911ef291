// Splits of rows, and what many folds say in one number.
import { fold, type Key, key } from "steepest/random";
import { kFold, type Split, shuffleSplit, stratifiedKFold } from "steepest/select";
import type { MetricValues } from "../metrics/catalog.ts";

export interface Spread {
  readonly mean: number;
  /** Standard deviation over folds (n − 1). Folds share data: not a standard error. */
  readonly std: number;
  readonly perFold: readonly number[];
}

/** Keys of everything random in `train`, all from one seed; the words are part of `metrics.json`. */
export function keyFor(
  seed: number,
  purpose: "folds" | "holdout" | "strength" | "learning-curve" | "network" | "calibration",
): Key {
  return fold(key(seed), purpose);
}

/** Shares of classes are kept where there are labels. */
export function splitHoldout(rows: number, share: number, seed: number, labels?: readonly string[]): Split {
  const splitter = shuffleSplit({
    splits: 1,
    testFraction: share,
    key: keyFor(seed, "holdout"),
    stratify: labels !== undefined,
  });
  return splitter.split({ samples: rows, ...(labels === undefined ? {} : { labels }) })[0]!;
}

export function splitFolds(rows: number, folds: number, key: Key, labels?: readonly string[]): readonly Split[] {
  const options = { folds, key };
  if (labels === undefined) return kFold(options).split({ samples: rows });
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const single = all.filter((row) => counts.get(labels[row]!) === 1);
  if (single.length === 0) return stratifiedKFold(options).split({ samples: rows, labels });
  // A class of one row can be learned or tested, not both: it is learned in every fold.
  const several = all.filter((row) => counts.get(labels[row]!) !== 1);
  const context = { samples: several.length, labels: Array.from(several, (row) => labels[row]!) };
  const rowsOf = (part: Int32Array): number[] => Array.from(part, (i) => several[i]!);
  return stratifiedKFold(options)
    .split(context)
    .map(({ train, test }) => ({
      train: Int32Array.from([...rowsOf(train), ...single]).sort(),
      test: Int32Array.from(rowsOf(test)),
    }));
}

/** Metrics that every fold could compute. */
export function summarizeFolds(folds: readonly MetricValues[]): Readonly<Record<string, Spread>> {
  const [first = {}] = folds;
  const names = Object.keys(first).filter((name) => folds.every((values) => values[name] !== undefined));
  return Object.fromEntries(names.map((name) => [name, spreadOf(folds.map((values) => values[name]!))]));
}

function spreadOf(perFold: readonly number[]): Spread {
  const n = perFold.length;
  const mean = perFold.reduce((sum, x) => sum + x, 0) / n;
  const squares = perFold.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, std: n < 2 ? 0 : Math.sqrt(squares / (n - 1)), perFold };
}
