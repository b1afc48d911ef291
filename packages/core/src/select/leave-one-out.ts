import { DataError } from "../errors/index.ts";
import { type Splitter, splitAt } from "./splitter.ts";

/**
 * One fold per row: each row is the test set once. Scores that need several rows (AUC, R²) are undefined in a fold of
 * one, so judge the out-of-fold predictions together.
 *
 * Cost: n fits, and n lists of n − 1 rows held at once: for a few thousand rows at most.
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
