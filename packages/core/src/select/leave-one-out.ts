import { DataError } from "../errors/index.ts";
import { type Splitter, splitAt } from "./splitter.ts";

/**
 * One fold per row: each row is the test set once. n fits for n rows; scores that need several rows (AUC, R²) are
 * undefined in a fold of one, so judge the out-of-fold predictions together.
 *
 * @throws DataError with fewer than two rows.
 *
 * @example
 * ```ts
 * import { leaveOneOut } from "steepest/select";
 *
 * console.log(leaveOneOut().split({ samples: 3 }).map(({ test }) => [...test])); // [ [ 0 ], [ 1 ], [ 2 ] ]
 * ```
 */
export function leaveOneOut(): Splitter {
  return {
    name: "leaveOneOut",
    split({ samples }) {
      if (samples < 2) {
        throw new DataError(
          `leaveOneOut: there must be at least 2 rows, one to learn from and one to test, got ${samples}.`,
          {
            code: "few-rows",
            received: String(samples),
            expected: "at least 2",
          },
        );
      }
      return Array.from({ length: samples }, (_, row) => splitAt(samples, [row]));
    },
  };
}
