// The metrics of `judge`, from rows that come batch by batch and are not kept: 8 bytes per row and class, or per row for numbers.
import type { ConfusionMatrix } from "steepest/metrics";
import type { PredictedClasses, PredictedValues } from "../model/predictor.ts";
import type { MetricValues, Task } from "./catalog.ts";
import { ClassRanks } from "./class-ranks.ts";
import { confusionFromCounts } from "./judge.ts";
import { NumberList } from "./number-list.ts";
import { RunningSum } from "./running-sum.ts";

export interface Tally {
  readonly task: Task;
  readonly rows: number;
  /** To the last bit what `judge` gives for all rows together. Asked for at the end. */
  metrics(): MetricValues;
}

export class ClassTally implements Tally {
  readonly task = "classification";
  readonly classes: readonly string[];
  /** Two classes: the one that precision and recall speak of. */
  readonly positive: string | undefined;
  readonly #codes: ReadonlyMap<string, number>;
  /** "k k", rows are actual. */
  readonly #counts: number[][];
  /** Of the positive class, or of every class. */
  readonly #ranks: ReadonlyMap<number, ClassRanks>;
  readonly #loss = new RunningSum();
  rows = 0;

  constructor(classes: readonly string[], positive: string | undefined) {
    this.classes = classes;
    this.positive = positive;
    this.#codes = new Map(classes.map((label, code) => [label, code]));
    this.#counts = classes.map(() => classes.map(() => 0));
    const ranked = positive === undefined ? classes : [positive];
    this.#ranks = new Map(ranked.map((label) => [classes.indexOf(label), new ClassRanks()]));
  }

  /** The rows `of`, or all. */
  add(actual: readonly string[], predicted: PredictedClasses, of?: Iterable<number>): void {
    const k = this.classes.length;
    const shares = predicted.probabilities.toArray();
    const logOdds = predicted.logOdds.toArray();
    for (const row of of ?? actual.keys()) {
      const code = this.#codes.get(actual[row]!)!;
      this.#counts[code]![this.#codes.get(predicted.labels[row]!)!]!++;
      this.#loss.add(-Math.log(Math.min(Math.max(shares[row * k + code]!, EPS), 1 - EPS)));
      for (const [c, ranks] of this.#ranks) ranks.add(logOdds[row * k + c]!, c === code);
      this.rows++;
    }
  }

  confusion(): ConfusionMatrix<string> {
    return confusionFromCounts(this.classes, this.#counts, this.positive);
  }

  metrics(): MetricValues {
    const matrix = this.confusion();
    const auc = this.#auc();
    return {
      ...(auc === undefined ? {} : { auc }),
      accuracy: matrix.accuracy,
      "balanced-accuracy": matrix.balancedAccuracy,
      precision: matrix.precision,
      recall: matrix.recall,
      f1: matrix.f1,
      "log-loss": this.#loss.value / this.rows,
    };
  }

  /** Two classes: where F1 is largest on these rows. Nothing when one of them does not occur. */
  bestF1(): { threshold: number; value: number } | undefined {
    return this.positive === undefined ? undefined : this.#ranks.get(this.classes.indexOf(this.positive))?.bestF1();
  }

  #auc(): number | undefined {
    const areas = [...this.#ranks.values()].map((ranks) => ranks.area());
    const sum = new RunningSum();
    for (const area of areas) {
      if (area === undefined) return undefined;
      sum.add(area);
    }
    return sum.value / areas.length;
  }
}

/** Probabilities are clipped so far from 0 and 1, as `logLoss` has it. */
const EPS = Number.EPSILON;

export class ValueTally implements Tally {
  readonly task = "regression";
  readonly #actual = new NumberList();
  readonly #squares = new RunningSum();
  readonly #sizes = new RunningSum();
  readonly #sum = new RunningSum();
  #metrics: MetricValues | undefined;
  rows = 0;

  /** The rows `of`, or all. */
  add(actual: readonly number[], { values }: PredictedValues, of?: Iterable<number>): void {
    for (const row of of ?? actual.keys()) {
      const error = values[row]! - actual[row]!;
      this.#squares.add(error ** 2);
      this.#sizes.add(Math.abs(error));
      this.#sum.add(actual[row]!);
      this.#actual.push(actual[row]!);
      this.rows++;
    }
  }

  metrics(): MetricValues {
    this.#metrics ??= this.#judge();
    return this.#metrics;
  }

  #judge(): MetricValues {
    const mse = this.#squares.value / this.rows;
    const total = variance(this.#actual.take(), this.#sum.value / this.rows);
    return {
      rmse: Math.sqrt(mse),
      ...(total === undefined ? {} : { r2: 1 - mse / total }),
      mae: this.#sizes.value / this.rows,
      mse,
    };
  }
}

/** Mean square around the mean; nothing where all values are equal. */
function variance(values: Float64Array, mean: number): number | undefined {
  if (values.every((y) => y === values[0])) return undefined;
  const squares = new RunningSum();
  for (const y of values) squares.add((y - mean) ** 2);
  return squares.value / values.length;
}
