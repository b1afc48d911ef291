import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { kFold } from "./k-fold.ts";
import { checkRows, labelsOf, type RowSource, type Targets } from "./rows.ts";
import type { Split, Splitter } from "./splitter.ts";
import { stratifiedKFold } from "./stratified-k-fold.ts";

/**
 * The splits of X and y; a number of folds means stratified for labels, plain for numbers.
 *
 * @throws ShapeError when X and y have different numbers of rows; DataError for a side without rows; and as the splitter.
 */
export function planSplits<X>(
  owner: string,
  X: RowSource<X>,
  y: Targets,
  { folds, groups }: { folds: number | Splitter; groups?: readonly Label[] },
): readonly Split[] {
  const samples = checkRows(owner, X, y);
  const labels = labelsOf(y);
  const splitter = typeof folds === "object" ? folds : labels ? stratifiedKFold({ folds }) : kFold({ folds });
  const splits = splitter.split({ samples, ...(labels && { labels }), ...(groups && { groups }) });
  checkSplits(owner, splitter.name, splits, samples);
  return splits;
}

/** Splitters may come from users. */
function checkSplits(owner: string, name: string, splits: readonly Split[], samples: number): void {
  if (splits.length === 0) {
    throw new DataError(`${owner}: ${name} gave no splits of ${samples} rows.`, { code: "no-splits" });
  }
  for (const [fold, split] of splits.entries()) {
    for (const side of ["train", "test"] as const) {
      const rows = split[side];
      if (rows.length === 0) {
        throw new DataError(`${owner}: fold ${fold} of ${name} has no ${side} rows; both sides need some.`, {
          code: "empty-fold",
        });
      }
      const wrong = rows.find((row) => row < 0 || row >= samples);
      if (wrong === undefined) continue;
      throw new DataError(
        `${owner}: fold ${fold} of ${name} holds row ${wrong}, but rows go from 0 to ${samples - 1}. The splitter was made for other data.`,
        { code: "row-out-of-range", row: wrong, expected: `0 to ${samples - 1}` },
      );
    }
  }
}
