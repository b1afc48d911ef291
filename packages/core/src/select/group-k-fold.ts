import { DataError, OptionChecker } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { requireLabels, rowOrder, rowsByLabel, type Splitter, splitAt } from "./splitter.ts";

/**
 * k folds that never part a group: all rows of a patient, customer or session are on one side.
 *
 * Rule: groups by decreasing size (ties: the smaller label first), each to the fold with the fewest rows (ties: the
 * first). Sizes are balanced, not equal. Groups come from `SplitContext.groups`.
 * @throws OptionError when `folds` is not an integer ≥ 2.
 * @throws DataError without groups, or with fewer groups than folds.
 * Source: folds equal scikit-learn 1.2.1 `GroupKFold`, except for the order of groups of one size, which its sort leaves open.
 *
 * @example
 * ```ts
 * import { groupKFold } from "steepest/select";
 *
 * const groups = ["ann", "ann", "bob", "cy", "cy", "cy"];
 * const splits = groupKFold({ folds: 2 }).split({ samples: 6, groups });
 * console.log(splits.map(({ test }) => [...test])); // [ [ 3, 4, 5 ], [ 0, 1, 2 ] ]
 * ```
 */
export function groupKFold(options: { folds: number }): Splitter {
  new OptionChecker("groupKFold", options, ["folds"]).required("folds").integer("folds", 2).done();
  const { folds } = options;
  return {
    name: "groupKFold",
    split(context) {
      const { samples } = context;
      const groups = [...rowsByLabel(requireLabels("groupKFold", "groups", context), rowOrder(samples, undefined))];
      if (groups.length < folds) {
        throw new DataError(
          `groupKFold: ${folds} folds need at least ${folds} groups, but there are ${groups.length}. Take fewer folds, or finer groups.`,
          { code: "few-groups", received: String(groups.length), expected: `at least ${folds}` },
        );
      }
      groups.sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB.length - rowsOfA.length || ascending(a, b));
      const tests = Array.from({ length: folds }, (): number[] => []);
      for (const [, rows] of groups) {
        const lightest = tests.reduce((best, test) => (test.length < best.length ? test : best));
        for (const row of rows) lightest.push(row);
      }
      return tests.map((test) => splitAt(samples, test));
    },
  };
}

/** Numbers by value, then texts by code units. */
function ascending(a: Label, b: Label): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : 1;
}
