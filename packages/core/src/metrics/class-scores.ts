// Scores of one class against the rest (precision, recall, …), and what one number says of several classes.
import { DataError, didYouMean, OptionChecker, OptionError } from "../errors/index.ts";
import { type CountOptions, countClasses, type Outcomes, outcomesOf } from "./class-counts.ts";
import { exactSum } from "./exact-sum.ts";
import { compareLabels, type Label, labelName, labelNames } from "./label.ts";
import { checkZeroDivision, throwOnZeroDivision, type ZeroDivisionOptions, zeroValue } from "./zero-division.ts";

/**
 * How one number comes from several classes.
 *
 * "binary": of the positive class alone · "macro": mean over the declared classes, each counting the same ·
 * "weighted": mean weighted by support · "micro": hits and misses are summed first; for one label per row precision,
 * recall and F1 then equal the accuracy.
 */
export type Average = "binary" | "macro" | "micro" | "weighted";

export interface ClassScoreOptions<L extends Label> extends CountOptions<L>, ZeroDivisionOptions {
  /** The class that the numbers speak of. Default: the greater label when there are two classes. */
  positive?: NoInfer<L>;
  /** Default "binary" with `positive` or two classes, "macro" otherwise. */
  average?: Average;
}

/** A score of hits and misses; NaN stands for 0/0. */
export type Formula = (outcomes: Outcomes) => number;

export const precisionOf: Formula = ({ tp, fp }) => tp / (tp + fp);
export const recallOf: Formula = ({ tp, fn }) => tp / (tp + fn);
export const specificityOf: Formula = ({ tn, fp }) => tn / (tn + fp);
export const f1Of: Formula = ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn);

/** Counts, and which of their classes are meant. */
export interface JudgedClasses<L extends Label> {
  readonly labels: readonly L[];
  readonly counts: readonly (readonly number[])[];
  readonly outcomes: readonly Outcomes[];
  readonly average: Average;
  /** Only for "binary". */
  readonly positive: L | undefined;
}

const known = ["labels", "sampleWeight", "zeroDivision", "positive", "average"];

/** @throws DataError and OptionError as said at `confusion`. */
export function judgeClasses<L extends Label>(
  owner: string,
  actual: readonly L[],
  predicted: readonly L[],
  options: ClassScoreOptions<L>,
): JudgedClasses<L> {
  const checker = new OptionChecker(owner, options, known);
  checkZeroDivision(checker.oneOf("average", ["binary", "macro", "micro", "weighted"]), options).done();
  const { labels, counts } = countClasses(owner, actual, predicted, options);
  const positive = positiveClass(owner, labels, options);
  const average = options.average ?? (positive === undefined ? "macro" : "binary");
  return {
    labels,
    counts,
    outcomes: outcomesOf(counts),
    average,
    positive: average === "binary" ? positive : undefined,
  };
}

/** The hits and misses that the averages "binary" and "micro" are made of. */
export function chosenOutcomes<L extends Label>({ labels, outcomes, average, positive }: JudgedClasses<L>): Outcomes {
  if (average === "binary") return outcomes[labels.indexOf(positive!)]!;
  const sum = (name: keyof Outcomes) => exactSum(outcomes.map((outcome) => outcome[name]));
  return { tp: sum("tp"), fp: sum("fp"), tn: sum("tn"), fn: sum("fn") };
}

/** The score under the chosen average, with `zero` for each 0/0; and whether there was one. */
export function averageScore<L extends Label>(
  judged: JudgedClasses<L>,
  formula: Formula,
  zero: number,
): { value: number; hasZeroDivision: boolean } {
  const { average, outcomes } = judged;
  const parts = average === "binary" || average === "micro" ? [chosenOutcomes(judged)] : outcomes;
  const scores = parts.map(formula);
  const filled = scores.map((score) => (Number.isNaN(score) ? zero : score));
  const weights = parts.map(({ tp, fn }) => (average === "weighted" ? tp + fn : 1));
  return {
    value: exactSum(filled.map((score, k) => weights[k]! * score)) / exactSum(weights),
    hasZeroDivision: scores.some(Number.isNaN),
  };
}

/** A metric with one formula: F_β, Jaccard. */
export function classScore<L extends Label>(
  owner: string,
  actual: readonly L[],
  predicted: readonly L[],
  options: ClassScoreOptions<L>,
  formula: Formula,
): number {
  const judged = judgeClasses(owner, actual, predicted, options);
  const { value, hasZeroDivision } = averageScore(judged, formula, zeroValue(options));
  throwOnZeroDivision(owner, hasZeroDivision ? ["the score"] : [], options);
  return value;
}

function positiveClass<L extends Label>(
  owner: string,
  labels: readonly L[],
  { positive, average }: ClassScoreOptions<L>,
): L | undefined {
  if (positive !== undefined && !labels.includes(positive)) {
    throw new DataError(
      `${owner}: the positive class ${labelName(positive)} does not occur; the labels are ${labelNames(labels)}.${didYouMean(String(positive), labels.map(String))}`,
      { code: "unknown-positive", received: labelName(positive), expected: labelNames(labels) },
    );
  }
  if (positive !== undefined) return positive;
  if (labels.length === 2) return [...labels].sort(compareLabels)[1];
  if (average !== "binary") return undefined;
  throw new OptionError(
    `${owner}: average "binary" needs two classes or the option positive, but there are ${labels.length} (${labelNames(labels)}). Name the positive class, or take "macro", "weighted" or "micro".`,
    { code: "binary-needs-positive", option: "average" },
  );
}
