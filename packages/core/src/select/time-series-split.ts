import { OptionChecker, OptionError } from "../errors/index.ts";
import type { Split, Splitter } from "./splitter.ts";

export interface TimeSeriesOptions {
  /** Number of test blocks, 2 or more. */
  folds: number;
  /** Rows left out between training and test, where the past still shines through. Default 0. */
  gap?: number;
  /** Learn from the last so many rows only. Default: from all that came before. */
  maxTrain?: number;
}

/**
 * Learns from the past, tests on what follows: rows are in the order of time.
 *
 * The last k blocks of ⌊n/(k + 1)⌋ rows are the tests, in order; training rows are all before one, less `gap`, at most the
 * last `maxTrain`. So the first rows are never tested and early rows are trained on k times.
 * @throws OptionError for options out of range, and when there are too few rows (says how many are needed).
 * Source: splits equal scikit-learn 1.2.1 `TimeSeriesSplit`.
 *
 * @example
 * ```ts
 * import { timeSeriesSplit } from "steepest/select";
 *
 * const [first, second] = timeSeriesSplit({ folds: 2 }).split({ samples: 6 });
 * console.log(first?.train, first?.test); // Int32Array(2) [ 0, 1 ] Int32Array(2) [ 2, 3 ]
 * console.log(second?.train, second?.test); // Int32Array(4) [ 0, 1, 2, 3 ] Int32Array(2) [ 4, 5 ]
 * ```
 */
export function timeSeriesSplit(options: TimeSeriesOptions): Splitter {
  new OptionChecker("timeSeriesSplit", options, ["folds", "gap", "maxTrain"])
    .required("folds")
    .integer("folds", 2)
    .integer("gap", 0)
    .integer("maxTrain", 1)
    .done();
  const { folds, gap = 0, maxTrain = Infinity } = options;
  return {
    name: "timeSeriesSplit",
    split({ samples }) {
      if (firstTrainEnd(samples, folds, gap) < 1) {
        throw new OptionError(
          `timeSeriesSplit: ${folds} folds${gap > 0 ? ` with a gap of ${gap}` : ""} need at least ${leastRows(samples, folds, gap)} rows, but there are ${samples}. Take fewer folds${gap > 0 ? " or a smaller gap" : ""}.`,
          { code: "few-rows", option: "folds" },
        );
      }
      const size = Math.floor(samples / (folds + 1));
      return Array.from({ length: folds }, (_, fold): Split => {
        const start = samples - (folds - fold) * size;
        const end = start - gap;
        return { train: range(Math.max(0, end - maxTrain), end), test: range(start, start + size) };
      });
    },
  };
}

/** Where the training rows of the first fold end; below 1 there are none (−1: no test rows). */
function firstTrainEnd(samples: number, folds: number, gap: number): number {
  const size = Math.floor(samples / (folds + 1));
  return size < 1 ? -1 : samples - folds * size - gap;
}

/** The next number of rows that is enough. It is not the least one when n mod (k + 1) rows happen to fill the gap. */
function leastRows(samples: number, folds: number, gap: number): number {
  let rows = samples;
  while (firstTrainEnd(rows, folds, gap) < 1) rows++;
  return rows;
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
