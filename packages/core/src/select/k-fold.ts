import { formatNumber, OptionChecker, OptionError } from "../errors/index.ts";
import type { Key } from "../random/index.ts";
import { evenSizes, rowOrder, type Splitter, splitAt } from "./splitter.ts";

export interface FoldOptions {
  /** Number of test sets, 2 or more. */
  folds: number;
  /** Shuffles the rows when given. Default: data order. */
  key?: Key;
}

/**
 * k folds of nearly equal size: each is the test set once, the others are trained on.
 *
 * Contiguous blocks without a key, shuffled with one; the first n mod k folds have ⌈n/k⌉ rows, the rest ⌊n/k⌋. Blocks of
 * sorted data are no fair test: pass a key unless the order is random already.
 * @throws OptionError when `folds` is not an integer from 2 to the number of rows.
 * Source: folds equal scikit-learn 1.2.1 `KFold` without shuffling.
 *
 * @example
 * ```ts
 * import { kFold } from "steepest/select";
 *
 * console.log(kFold({ folds: 3 }).split({ samples: 7 }).map(({ test }) => [...test])); // [ [ 0, 1, 2 ], [ 3, 4 ], [ 5, 6 ] ]
 * ```
 */
export function kFold(options: FoldOptions): Splitter {
  checkFolds("kFold", options, ["folds", "key"]);
  const { folds, key } = options;
  return {
    name: "kFold",
    split({ samples }) {
      checkEnough("kFold", folds, samples, "rows");
      const order = rowOrder(samples, key);
      let start = 0;
      return evenSizes(samples, folds).map((size) => {
        const test = order.slice(start, start + size);
        start += size;
        return splitAt(samples, test);
      });
    },
  };
}

/** @throws OptionError for unknown options, or `folds` that is missing or not an integer ≥ 2. */
export function checkFolds(owner: string, options: { folds: number }, known: readonly string[]): void {
  new OptionChecker(owner, options, known).required("folds").integer("folds", 2).done();
}

/** @throws OptionError when there are more folds than things to deal out. */
export function checkEnough(owner: string, folds: number, found: number, things: string): void {
  if (folds <= found) return;
  throw new OptionError(
    `${owner}: ${formatNumber(folds)} folds need at least ${formatNumber(folds)} ${things}, but there are ${found}. Take fewer folds.`,
    { code: "too-many-folds", option: "folds" },
  );
}
