// Which of several summaries is best, or good enough.
import { DataError, OptionError } from "../errors/index.ts";
import type { Summary } from "./summary.ts";

/** Whether scores are to be high (accuracy, R²) or low (errors, losses). */
export type Better = "higher" | "lower";

/** @throws OptionError for any other word. */
export function checkBetter(owner: string, better: unknown): asserts better is Better {
  if (better === "higher" || better === "lower") return;
  throw new OptionError(
    `${owner}: better must be "higher" or "lower", got ${typeof better === "string" ? `"${better}"` : String(better)}: accuracy is better higher, an error lower.`,
    { code: "better", option: "better" },
  );
}

/** Place of the best mean, ties to the first; means that are NaN are passed over. @throws DataError when all are. */
export function bestOf(owner: string, summaries: readonly Summary[], better: Better): number {
  const sign = better === "higher" ? 1 : -1;
  let best = -1;
  for (const [place, { mean }] of summaries.entries()) {
    if (!Number.isNaN(mean) && (best < 0 || sign * mean > sign * summaries[best]!.mean)) best = place;
  }
  if (best >= 0) return best;
  throw new DataError(`${owner}: the score is NaN for all ${summaries.length} candidates, so none is best.`, {
    code: "no-score",
  });
}

/**
 * The one-standard-error rule: place of the first candidate whose mean is no worse than the best by more than one standard error
 * of the best, std/√folds. Candidates stand from the simplest to the most complex.
 *
 * The best mean is the luckiest of many; this takes the simplest model that cannot be told from it. Folds share training
 * rows, so that std/√folds is a rule of thumb and no error of the mean in earnest.
 * @throws DataError when there are no candidates, or none has a score.
 * @throws OptionError when `better` is neither "higher" nor "lower".
 * Source: Breiman, Friedman, Olshen & Stone (1984), section 3.4.3.
 *
 * @example
 * ```ts
 * import { oneStandardError, summarize } from "steepest/select";
 *
 * const errors = [[9, 8, 10], [4, 5, 6], [3, 5, 5]].map(summarize); // from the strongest penalty to the weakest
 * console.log(oneStandardError(errors, "lower")); // 1
 * ```
 */
export function oneStandardError(summaries: readonly Summary[], better: Better): number {
  checkBetter("oneStandardError", better);
  const { mean, std, perFold, undefinedFolds } = summaries[bestOf("oneStandardError", summaries, better)]!;
  const error = std / Math.sqrt(perFold.length - undefinedFolds);
  const slack = Number.isNaN(error) ? 0 : error; // one fold has no spread
  const sign = better === "higher" ? 1 : -1;
  return summaries.findIndex((each) => sign * each.mean >= sign * mean - slack);
}
