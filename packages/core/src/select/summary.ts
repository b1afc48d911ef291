import { DataError } from "../errors/index.ts";

/** One score over folds. */
export interface Summary {
  /** Mean over the folds where the score is defined. */
  readonly mean: number;
  /**
   * Standard deviation over those folds (n − 1); NaN for fewer than two. Folds share training data: not a standard error.
   */
  readonly std: number;
  /** The score of each fold, in order; NaN where it is undefined. */
  readonly perFold: readonly number[];
  /** Number of folds whose score is NaN and so is in neither mean nor std. */
  readonly undefinedFolds: number;
}

/**
 * Mean and spread of the scores of folds.
 *
 *     mean = Σ sᵢ/m    std = √(Σ (sᵢ − mean)²/(m − 1))        over the m folds whose score is not NaN
 *
 * @throws DataError when there are no folds.
 */
export function summarize(perFold: readonly number[]): Summary {
  if (perFold.length === 0) throw new DataError("summarize: there are no folds to summarize.", { code: "empty" });
  const scores = perFold.filter((score) => !Number.isNaN(score));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    mean,
    std: scores.length < 2 ? Number.NaN : Math.sqrt(squares / (scores.length - 1)),
    perFold,
    undefinedFolds: perFold.length - scores.length,
  };
}
