// From two lists of labels to (weighted) counts, and from counts to hits and misses of each class.
import { DataError, didYouMean } from "../errors/index.ts";
import { exactPartials, exactSum } from "./exact-sum.ts";
import { checkLabels, checkLengths, type Label, labelName, labelNames, sortedLabels } from "./label.ts";
import { readWeights, type WeightOptions } from "./sample-weight.ts";

export interface CountOptions<L extends Label> extends WeightOptions {
  /** The classes, in the order of rows and columns. Default: the labels that occur, ascending. */
  labels?: readonly L[];
}

/** `counts[i][j]`: weight of the rows of class `labels[i]` that were predicted as `labels[j]`. */
export interface ClassCounts<L extends Label> {
  readonly labels: readonly L[];
  readonly counts: readonly (readonly number[])[];
}

/** One class against the rest. */
export interface Outcomes {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** @throws DataError when the lists differ in length, are empty, or hold a label that `options.labels` does not declare. */
export function countClasses<L extends Label>(
  owner: string,
  actual: readonly L[],
  predicted: readonly L[],
  options: CountOptions<L>,
): ClassCounts<L> {
  checkLabels(owner, "actual", actual);
  checkLengths(owner, actual.length, "predicted", predicted.length);
  checkLabels(owner, "predicted", predicted);
  const weights = readWeights(owner, options.sampleWeight, actual.length);
  const labels = options.labels === undefined ? sortedLabels(actual, predicted) : [...options.labels];
  const index = indexOfLabels(owner, labels);

  const cells: number[][][] = labels.map(() => labels.map(() => []));
  for (let row = 0; row < actual.length; row++) {
    const i = positionOf(owner, "actual", actual[row]!, row, index);
    const j = positionOf(owner, "predicted", predicted[row]!, row, index);
    cells[i]![j]!.push(weights[row]!);
  }
  return { labels, counts: cells.map((line) => line.map((cell) => exactSum(cell))) };
}

/** Hits and misses of each class, in the order of the labels. Sums are rounded once, so that an empty class gives exact zeros. */
export function outcomesOf(counts: readonly (readonly number[])[]): Outcomes[] {
  const total = exactPartials(counts.flat());
  return counts.map((line, c) => {
    const column = counts.map((other) => other[c]!);
    const missed = line.filter((_, j) => j !== c);
    const wrong = column.filter((_, i) => i !== c);
    const notNegative = [line[c]!, ...missed, ...wrong].map((count) => -count);
    return { tp: line[c]!, fp: exactSum(wrong), fn: exactSum(missed), tn: exactSum([...total, ...notNegative]) };
  });
}

/** Position of each label. @throws DataError when a label is declared twice. */
export function indexOfLabels<L extends Label>(owner: string, labels: readonly L[]): Map<L, number> {
  const index = new Map(labels.map((label, i) => [label, i]));
  if (index.size === labels.length) return index;
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)!;
  throw new DataError(
    `${owner}: labels holds ${labelName(twice)} more than once. Each class has one row and one column.`,
    {
      code: "repeated-label",
      received: labelName(twice),
    },
  );
}

/** @throws DataError that names the row when the label was not declared. */
export function positionOf<L extends Label>(
  owner: string,
  name: string,
  label: L,
  row: number,
  index: ReadonlyMap<L, number>,
): number {
  const position = index.get(label);
  if (position !== undefined) return position;
  const labels = [...index.keys()];
  throw new DataError(
    `${owner}: ${name}[${row}] is ${labelName(label)}, which is not among labels (${labelNames(labels)}).${didYouMean(String(label), labels.map(String))} Declare it, or drop its rows.`,
    { code: "undeclared-label", row, received: labelName(label), expected: labelNames(labels) },
  );
}
