import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Key } from "../random/index.ts";
import { checkRows, labelsOf, type RowSource, type Targets, takeTargets } from "./rows.ts";
import { checkTestFraction } from "./shuffle-split.ts";
import type { Split } from "./splitter.ts";
import { randomSplit } from "./test-rows.ts";

export interface TrainTestOptions {
  /** Share of the rows that are held out, above 0 and below 1; the count is rounded up. */
  testFraction: number;
  key: Key;
  /** Keep the class shares on both sides, by largest remainders. Needs labels. Default false. */
  stratify?: boolean;
}

/** Rows with their targets. */
export interface Part<X, Y> {
  readonly X: X;
  readonly y: Y;
}

export interface TrainTest<X, Y> {
  readonly train: Part<X, Y>;
  readonly test: Part<X, Y>;
  /** Which rows went where; ascending. */
  readonly indices: Split;
}

/**
 * Holds out a random part of the rows, to judge by what the model has never seen.
 *
 * X is an array "n …", a table, or anything with rows that can be taken: split a table first and fit its encoder on
 * `train.X`, and nothing of the test rows leaks into it. Rows keep their order on both sides.
 * @throws OptionError for options out of range, or `stratify` with numbers as targets.
 * @throws ShapeError when X and y have different numbers of rows.
 * @throws DataError when a side would be empty; with `stratify`, for a class of one row (names it).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { key } from "steepest/random";
 * import { trainTestSplit } from "steepest/select";
 *
 * const X = array([[1], [2], [3], [4]]);
 * const { train, test } = trainTestSplit(X, ["a", "b", "a", "b"], { testFraction: 0.5, key: key(0), stratify: true });
 * console.log(train.X.shape, test.y); // [ 2, 1 ] [ 'a', 'b' ]
 * ```
 */
export function trainTestSplit<X extends RowSource<X>, Y extends Targets>(
  X: X,
  y: Y,
  options: TrainTestOptions,
): TrainTest<X, Y> {
  const checker = new OptionChecker("trainTestSplit", options, ["testFraction", "key", "stratify"]);
  checkTestFraction(checker, options).required("key").boolean("stratify").done();
  const { testFraction, key, stratify = false } = options;
  const labels = labelsOf(y);
  if (stratify && labels === undefined) {
    throw new OptionError(
      "trainTestSplit: stratify keeps the shares of classes, but y holds numbers. Pass labels as a list, or turn stratify off.",
      { code: "stratify-numbers", option: "stratify" },
    );
  }
  const samples = checkRows("trainTestSplit", X, y);
  const context = { samples, ...(labels && { labels }) };
  const indices = randomSplit("trainTestSplit", context, { testFraction, stratify }, key);
  const part = (rows: Int32Array): Part<X, Y> => ({ X: X.take([...rows]), y: takeTargets(y, rows) });
  return { train: part(indices.train), test: part(indices.test), indices };
}
