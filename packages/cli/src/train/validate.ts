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
export function keyFor(seed: number, purpose: "folds" | "holdout" | "strength"): Key {
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
  return stratifiedKFold(options).split({ samples: rows, labels });
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
