import type { ArrayLike } from "steepest";
import { OptionError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { niceDomain, niceStep } from "../shared/domain.ts";
import { frame, specification } from "../shared/frame.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome, toNumbers } from "../shared/values.ts";

export interface HistogramOptions extends FigureOptions {
  /** About how many bins; their ends are round numbers. Default: Sturges' rule, ⌈log₂ n⌉ + 1. */
  bins?: number;
  /** Default "value". */
  xLabel?: string;
}

/**
 * How often values fall into bins of equal width; a bin holds its lower end, the last one both.
 *
 * @throws DataError for values that are not finite, OptionError when `bins` is not a positive integer.
 *
 * @example
 * ```ts
 * import { histogram } from "@steepest/plot";
 * histogram([0.1, 0.2, 0.7, 0.9], { bins: 2 }).toTable(); // [{ from: 0, to: 0.5, count: 2 }, { from: 0.5, to: 1, count: 2 }]
 * ```
 */
export function histogram(values: ArrayLike, options: HistogramOptions = {}): Figure {
  const numbers = toNumbers(values);
  requireSome("histogram", "values", numbers.length);
  requireFinite("histogram", "values", numbers);
  const { bins = Math.ceil(Math.log2(numbers.length)) + 1, xLabel = "value" } = options;
  if (!Number.isInteger(bins) || bins < 1) {
    throw new OptionError(`histogram: bins must be a positive integer, got ${bins}.`, {
      code: "invalid-option",
      option: "bins",
    });
  }
  const table = countBins(numbers, bins);
  const x: NumericAxis = { label: xLabel, type: "linear", domain: [table[0]!.from, table[table.length - 1]!.to] };
  const y: NumericAxis = {
    label: "count",
    type: "linear",
    whole: true,
    domain: niceDomain(
      table.map((bin) => bin.count),
      [0],
    ),
  };
  const box = frame(options, {
    owner: "histogram",
    title: `Distribution of ${xLabel}`,
    width: 560,
    height: 280,
    margins: axisMargins(x, y),
  });
  const fullest = table.reduce((best, bin) => (bin.count > best.count ? bin : best));
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const description =
    options.description ??
    `${count(numbers.length, "value")} of ${xLabel}, mean ${formatNumber(mean)}; most (${formatNumber(fullest.count)}) between ${formatNumber(fullest.from)} and ${formatNumber(fullest.to)}.`;
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [{ name: "bins", values: table }],
      scales: [numericScale("x", x, [0, box.width]), numericScale("y", y, [box.height, 0])],
      axes: [leftAxis(y, box.height, box.padding.left), bottomAxis(x, box.width)],
      marks: [
        {
          type: "rect",
          from: { data: "bins" },
          encode: {
            enter: {
              x: { scale: "x", field: "from", offset: 0.5 },
              x2: { scale: "x", field: "to", offset: -0.5 },
              y: { scale: "y", field: "count" },
              y2: { scale: "y", value: 0 },
              fill: { value: box.theme.series[0]! },
            },
          },
        },
      ],
    }),
    table: () => table,
  });
}

function countBins(values: readonly number[], bins: number): { from: number; to: number; count: number }[] {
  const [low, high] = niceDomain(values);
  const step = niceStep(((high - low) * 5) / bins);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const end = (k: number) => Number((k * step).toPrecision(12));
  const table = Array.from({ length: last - first }, (_, k) => ({
    from: end(first + k),
    to: end(first + k + 1),
    count: 0,
  }));
  for (const value of values) {
    // the written ends decide, so that 0.3 falls where the label says, whatever 0.3 / 0.1 rounds to
    let k = Math.min(table.length - 1, Math.max(0, Math.floor(value / step) - first));
    if (k > 0 && value < table[k]!.from) k--;
    else if (k < table.length - 1 && value >= table[k]!.to) k++;
    table[k]!.count++;
  }
  return table;
}
