import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { checkEnough, checkFolds, type FoldOptions } from "./k-fold.ts";
import { labelName, requireLabels, rowOrder, rowsByLabel, type Splitter, splitAt } from "./splitter.ts";

/**
 * k folds that keep the class shares: each fold holds ⌊m/k⌋ or ⌈m/k⌉ of the m rows of a class, and sizes differ by one at most.
 *
 * Rule: number the classes by first appearance and sort all labels by that number. Fold f gets as many rows of class c as
 * there are labels c at positions f, f + k, f + 2k, … of the sorted list; the rows of class c fill fold 0 first, then 1, …,
 * in data order or, with a key, permuted.
 * @throws OptionError when `folds` is not an integer from 2 to the number of rows.
 * @throws DataError without labels, and for a class with fewer rows than folds (names it).
 * Source: folds equal scikit-learn 1.2.1 `StratifiedKFold` without shuffling, which only warns of small classes.
 *
 * @example
 * ```ts
 * import { stratifiedKFold } from "steepest/select";
 *
 * const labels = ["a", "a", "a", "a", "b", "b"];
 * const splits = stratifiedKFold({ folds: 2 }).split({ samples: 6, labels });
 * console.log(splits.map(({ test }) => [...test])); // [ [ 0, 1, 4 ], [ 2, 3, 5 ] ]
 * ```
 */
export function stratifiedKFold(options: FoldOptions): Splitter {
  checkFolds("stratifiedKFold", options, ["folds", "key"]);
  const { folds, key } = options;
  return {
    name: "stratifiedKFold",
    split(context) {
      const { samples } = context;
      checkEnough("stratifiedKFold", folds, samples, "rows");
      const classes = rowsByLabel(requireLabels("stratifiedKFold", "labels", context), rowOrder(samples, key));
      const foldOf = new Int32Array(samples);
      let position = 0; // of the class in the sorted list
      for (const [label, rows] of classes) {
        checkClass(label, rows.length, folds);
        const sizes = new Int32Array(folds);
        for (let i = 0; i < rows.length; i++) sizes[(position + i) % folds]!++;
        position += rows.length;
        let next = 0;
        for (const [fold, size] of sizes.entries()) {
          for (let i = 0; i < size; i++) foldOf[rows[next++]!] = fold;
        }
      }
      return Array.from({ length: folds }, (_, fold) =>
        splitAt(
          samples,
          [...foldOf.keys()].filter((row) => foldOf[row] === fold),
        ),
      );
    },
  };
}

function checkClass(label: Label, rows: number, folds: number): void {
  if (rows >= folds) return;
  throw new DataError(
    `stratifiedKFold: the class ${labelName(label)} has ${rows} ${rows === 1 ? "row" : "rows"}, too few for ${folds} folds: some would not hold it. ${rows < 2 ? "Merge" : `Take at most ${rows} folds, merge`} the class with another, or use kFold.`,
    { code: "small-class", received: `${rows} rows of ${labelName(label)}`, expected: `at least ${folds}` },
  );
}
