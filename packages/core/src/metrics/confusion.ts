import { kappaOf, matthews } from "./agreement.ts";
import type { Outcomes } from "./class-counts.ts";
import {
  type Average,
  averageScore,
  type ClassScoreOptions,
  chosenOutcomes,
  type Formula,
  f1Of,
  judgeClasses,
  precisionOf,
  recallOf,
  specificityOf,
} from "./class-scores.ts";
import { exactSum } from "./exact-sum.ts";
import type { Label } from "./label.ts";
import { countText, textTable } from "./text-table.ts";
import { throwOnZeroDivision, zeroValue } from "./zero-division.ts";

/** How well one class is found; or the average over classes. */
export interface ClassMetrics {
  /** tp/(tp + fp): how many of the rows that were predicted as this class belong to it. */
  readonly precision: number;
  /** tp/(tp + fn): how many of its rows were found. */
  readonly recall: number;
  /** tn/(tn + fp): how many of the other rows were left alone. */
  readonly specificity: number;
  /** 2tp/(2tp + fp + fn): the harmonic mean of precision and recall. */
  readonly f1: number;
  /** Weight of the rows of this class; of all rows in an average. */
  readonly support: number;
}

/** Who was taken for whom. Rows are actual, columns predicted, in the order of `labels`. */
export interface ConfusionMatrix<L extends Label = Label> extends ClassMetrics {
  readonly labels: readonly L[];
  readonly counts: readonly (readonly number[])[];
  /** What `precision`, `recall`, `specificity`, `f1` are: those of `positive` ("binary"), or an average. */
  readonly average: Average;
  readonly positive: L | undefined;
  /** Of the positive class in the binary case; summed over classes otherwise. */
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
  /** Share of the rows on the diagonal. */
  readonly accuracy: number;
  /** Mean recall over the classes that occur in `actual`. */
  readonly balancedAccuracy: number;
  /** Matthews' correlation coefficient; 0 where it is 0/0. */
  readonly mcc: number;
  /** Cohen's κ; 0 where it is 0/0. */
  readonly kappa: number;
  /** One class against the rest, for every class. */
  readonly perClass: ReadonlyMap<L, ClassMetrics>;
  /** Which of the numbers above were 0/0 (in an average: for some class) and hold a value by convention. */
  readonly undefinedMetrics: readonly ("precision" | "recall" | "specificity" | "f1" | "mcc" | "kappa")[];
  /** The counts as aligned text. */
  toTable(): string;
}

const formulas = { precision: precisionOf, recall: recallOf, specificity: specificityOf, f1: f1Of } as const;
const formulaNames = ["precision", "recall", "specificity", "f1"] as const;

/**
 * Confusion matrix of two lists of labels, and the numbers that are read from it.
 *
 *     precision = tp/(tp + fp)    recall = tp/(tp + fn)    specificity = tn/(tn + fp)    F1 = 2tp/(2tp + fp + fn)
 *     accuracy = trace/total      MCC and κ: agreement beyond chance, 0 for guessing, 1 for all right
 *
 * With two classes the numbers are those of `positive`, otherwise an average: "macro" (mean over the declared classes,
 * absent ones count `zeroDivision`), "weighted" (by support) or "micro" (sums first). Weighted counts are sums of
 * weights, rounded once: the order of the rows changes no bit. 0/0 is `zeroDivision` and listed in `undefinedMetrics`;
 * "throw" looks at the chosen average, not at `perClass`.
 * Where only one class occurs at all and `positive` is not given, nothing is called positive and the average is "macro".
 * @throws DataError when the lengths differ, a list is empty, `positive` does not occur, or a label is not in `labels`.
 * @throws OptionError for `average: "binary"` without `positive` unless there are two classes.
 * Source: values equal scikit-learn 1.2.1 (`precision_recall_fscore_support`, `matthews_corrcoef`, `cohen_kappa_score`,
 * `balanced_accuracy_score`), except that κ = 0/0 is NaN there, and 0 and listed here.
 *
 * @example
 * ```ts
 * import { confusion } from "steepest/metrics";
 *
 * const actual = ["spam", "ham", "spam", "ham", "ham"];
 * const matrix = confusion(actual, ["spam", "ham", "ham", "ham", "spam"], { positive: "spam" });
 * console.log(matrix.counts); // [ [ 2, 1 ], [ 1, 1 ] ]
 * console.log(matrix.precision, matrix.recall, matrix.accuracy); // 0.5 0.5 0.6
 * ```
 */
export function confusion<L extends Label>(
  actual: readonly L[],
  predicted: readonly NoInfer<L>[],
  options: ClassScoreOptions<L> = {},
): ConfusionMatrix<L> {
  const judged = judgeClasses("confusion", actual, predicted, options);
  const { labels, counts, outcomes, average, positive } = judged;
  const zero = zeroValue(options);
  const chosen = chosenOutcomes(judged);

  const undefinedNames: ConfusionMatrix["undefinedMetrics"][number][] = [];
  const score = (name: keyof typeof formulas): number => {
    const { value, hasZeroDivision } = averageScore(judged, formulas[name], zero);
    if (hasZeroDivision) undefinedNames.push(name);
    return value;
  };
  const [precision, recall, specificity, f1] = formulaNames.map(score) as [number, number, number, number];
  throwOnZeroDivision("confusion", undefinedNames, options);

  const mcc = matthews(counts);
  const kappa = kappaOf(counts);
  if (Number.isNaN(mcc)) undefinedNames.push("mcc");
  if (Number.isNaN(kappa)) undefinedNames.push("kappa");

  const total = exactSum(counts.flat());
  const recalls = outcomes.map(recallOf).filter((value) => !Number.isNaN(value));
  return {
    labels,
    counts,
    average,
    positive,
    precision,
    recall,
    specificity,
    f1,
    support: average === "binary" ? chosen.tp + chosen.fn : total,
    ...chosen,
    accuracy: exactSum(outcomes.map(({ tp }) => tp)) / total,
    balancedAccuracy: exactSum(recalls) / recalls.length,
    mcc: Number.isNaN(mcc) ? 0 : mcc,
    kappa: Number.isNaN(kappa) ? 0 : kappa,
    perClass: new Map(labels.map((label, c) => [label, metricsOfClass(outcomes[c]!, zero)])),
    undefinedMetrics: undefinedNames,
    toTable: () => countsTable(labels, counts),
  };
}

function metricsOfClass(outcomes: Outcomes, zero: number): ClassMetrics {
  const fill = (formula: Formula) => {
    const value = formula(outcomes);
    return Number.isNaN(value) ? zero : value;
  };
  return {
    precision: fill(precisionOf),
    recall: fill(recallOf),
    specificity: fill(specificityOf),
    f1: fill(f1Of),
    support: outcomes.tp + outcomes.fn,
  };
}

function countsTable(labels: readonly Label[], counts: readonly (readonly number[])[]): string {
  const names = labels.map(String);
  return textTable([
    ["actual \\ predicted", ...names],
    ...counts.map((line, i) => [names[i]!, ...line.map(countText)]),
  ]);
}
