// The strength of a path that does best on rows held out.
import { DataError } from "../../errors/index.ts";
import type { RegularizationPath } from "./linear-path.ts";

/** Rows to fit on and rows to ask, as the splitters of `steepest/select` give them. */
export interface Fold {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

export interface Choice<M> {
  /** Of the smallest mean error; of equal ones the largest. */
  readonly strength: number;
  /** Fitted on all rows. */
  readonly model: M;
  readonly path: RegularizationPath<M>;
  /** Mean over the folds, one per strength. */
  readonly meanErrors: readonly number[];
  /** Standard deviation over the folds/√folds, one per strength: how far the means can be trusted. */
  readonly standardErrors: readonly number[];
}

/** `errorsOf` fits on some rows and gives the error on others, one per strength. */
export function chooseByFolds<M>(
  owner: string,
  path: RegularizationPath<M>,
  folds: readonly Fold[],
  n: number,
  errorsOf: (train: Int32Array, test: Int32Array) => readonly number[],
): Choice<M> {
  if (folds.length === 0) {
    throw new DataError(`${owner}.choose: there are no folds. Give kFold({ folds: 5 }).split({ samples: ${n} }).`, {
      code: "empty",
    });
  }
  const table = folds.map(({ train, test }) => errorsOf(rowsOf(owner, train, n), rowsOf(owner, test, n)));
  const meanErrors = path.strengths.map((_, at) => table.reduce((sum, row) => sum + row[at]!, 0) / folds.length);
  const standardErrors = meanErrors.map((mean, at) => {
    const squares = table.reduce((sum, row) => sum + (row[at]! - mean) ** 2, 0);
    return Math.sqrt(squares / Math.max(1, folds.length - 1) / folds.length);
  });
  const best = meanErrors.indexOf(Math.min(...meanErrors));
  const strength = path.strengths[best]!;
  return { strength, model: path.at(strength), path, meanErrors, standardErrors };
}

function rowsOf(owner: string, rows: ArrayLike<number>, n: number): Int32Array {
  const out = Int32Array.from(rows);
  const wrong = out.find((row, i) => row !== rows[i] || row < 0 || row >= n);
  if (out.length > 0 && wrong === undefined) return out;
  const what = wrong === undefined ? "a fold without rows" : `row ${wrong}`;
  throw new DataError(`${owner}.choose: the folds hold ${what}, but X has ${n} rows. Split the same data.`, {
    code: "fold",
  });
}
