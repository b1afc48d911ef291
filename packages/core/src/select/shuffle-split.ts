import { OptionChecker } from "../errors/index.ts";
import { fold, type Key } from "../random/index.ts";
import type { Splitter } from "./splitter.ts";
import { randomSplit } from "./test-rows.ts";

export interface ShuffleSplitOptions {
  /** Number of independent splits. */
  splits: number;
  /** Share of the rows in a test set, above 0 and below 1; the count is rounded up. */
  testFraction: number;
  key: Key;
  /** Keep the class shares, by largest remainders. Default false. */
  stratify?: boolean;
}

/**
 * Independent random splits. A row may be tested several times or never: test sets overlap, unlike folds.
 *
 * Split i is drawn from `fold(key, i)`, so more splits leave the first ones as they are.
 * @throws OptionError for options out of range.
 * @throws DataError when a side would be empty; with `stratify` also without labels, and for a class of one row (names it).
 *
 * @example
 * ```ts
 * import { key } from "steepest/random";
 * import { shuffleSplit } from "steepest/select";
 *
 * const splits = shuffleSplit({ splits: 3, testFraction: 0.25, key: key(0) }).split({ samples: 8 });
 * console.log(splits.map(({ train, test }) => [train.length, test.length])); // [ [ 6, 2 ], [ 6, 2 ], [ 6, 2 ] ]
 * ```
 */
export function shuffleSplit(options: ShuffleSplitOptions): Splitter {
  const checker = new OptionChecker("shuffleSplit", options, ["splits", "testFraction", "key", "stratify"]);
  checkTestFraction(checker.required("splits").integer("splits", 1).required("key"), options)
    .boolean("stratify")
    .done();
  const { splits, testFraction, key, stratify = false } = options;
  return {
    name: "shuffleSplit",
    split: (context) =>
      Array.from({ length: splits }, (_, i) =>
        randomSplit("shuffleSplit", context, { testFraction, stratify }, fold(key, i)),
      ),
  };
}

/** Above 0 and below 1. */
export function checkTestFraction(checker: OptionChecker, { testFraction }: { testFraction: number }): OptionChecker {
  checker.required("testFraction").number("testFraction");
  if (testFraction > 0 && testFraction < 1) return checker;
  if (!Number.isFinite(testFraction)) return checker; // said already
  return checker.fail("testFraction", `testFraction must be above 0 and below 1, got ${testFraction}.`);
}
