import { OptionError } from "steepest";
import { type Figure, type FigureOptions, makeFigure, type TableRow } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import type { Drawing, Mark, Plane } from "../marks/mark.ts";
import { type AxisOptions, axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { extent, logDomain, niceDomain } from "../shared/domain.ts";
import { equalUnits } from "../shared/equal-units.ts";
import { frame, legendRowHeight, specification } from "../shared/frame.ts";
import { joinRows } from "../shared/join-rows.ts";
import { lineLegend, seriesScales } from "../shared/legend.ts";
import { listWords, sentence } from "../shared/numbers.ts";
import type { Region } from "../shared/surface.ts";
import { fitText } from "../shared/text-width.ts";
import { requirePositive, requireSome } from "../shared/values.ts";

export interface PlotAxisOptions extends AxisOptions {
  /** Default "linear". "log" needs positive numbers, and is not for marks that are functions of the plane. */
  type?: "linear" | "log";
}

export interface PlotOptions extends FigureOptions {
  /** Default domain: what the marks cover; −5 to 5 where no mark says. */
  x?: PlotAxisOptions;
  y?: PlotAxisOptions;
  /** One unit equally long on both axes. Default false. */
  equal?: boolean;
  /** Drawn in this order. */
  marks: readonly Mark[];
}

/**
 * A figure of one's own from marks on one plane: `contour`, `quiver`, `implicit`, `path`, `line`, `scatter`, `point`, `band`, `bar`.
 *
 * @throws DataError when there is no mark, or a number on a logarithmic axis is not positive.
 * @throws OptionError for a logarithmic axis under contours, arrows or zero sets; for bars with different names.
 *
 * @example
 * ```ts
 * import { contour, path, plot, point } from "@steepest/plot";
 * const steps = [[3, 2], [1, 1.5], [0.2, 1]];
 * const figure = plot({ marks: [contour((w) => w.square().sum()), path(steps, { label: "descent" }), point([0, 0], { symbol: "star" })] });
 * figure.description; // "Contours, path of 3 points (descent) and a point at (0, 0); x from 0 to 3, y from 0 to 2."
 * ```
 */
export function plot(options: PlotOptions): Figure {
  const { marks, equal = false } = options;
  requireSome("plot", "marks", marks.length);
  const covered = marks.flatMap((mark) => mark.covers);
  const names = barNames(marks);
  const x = axisOf(
    "x",
    options.x,
    covered.map((point) => point[0]),
    names !== undefined,
  );
  const y = axisOf(
    "y",
    options.y,
    covered.map((point) => point[1]),
  );
  requireLinear(marks, [x, y]);
  const series = marks.flatMap((mark) => mark.series);
  const labels = series.map(({ label }) => label);
  const named = labels.flatMap((label, i) => (label === "" ? [] : [i]));
  const box = frame(options, {
    owner: "plot",
    title: sentence(listWords([...new Set(marks.map(({ kind }) => kind))])),
    width: 560,
    height: equal ? { plot: equalUnits(x.domain, y.domain) } : 380 + legendRowHeight * named.length,
    margins: axisMargins(x, y),
    legendRows: named.length,
  });
  const left = box.padding.left;
  const description = options.description ?? describe(marks, x, y);
  const plane = { x: x.domain, y: y.domain, width: box.width, height: box.height, theme: box.theme };
  const bars = marks.filter((mark) => mark.names !== undefined);
  let used = 0;
  const drawings = marks.map((mark) => {
    const slot = { index: Math.max(0, bars.indexOf(mark)), of: bars.length };
    const drawing = mark.draw({ ...plane, series: used, slot } satisfies Plane);
    used += mark.series.length;
    return drawing;
  });
  const shapes = series.map(({ shape }) => (shape === "line" ? "stroke" : smallDot));
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      scales: [
        numericScale("x", x, [0, box.width]),
        numericScale("y", y, [box.height, 0]),
        ...seriesScales(series.length, box.theme),
      ],
      axes: [
        { ...leftAxis(y, box.height, left), grid: drawings.every(({ data }) => !data.some(isSurface)) },
        { ...bottomAxis(x, box.width), ...(names === undefined ? {} : nameTicks(names, box.width)) },
      ],
      legends:
        named.length === 0
          ? []
          : [legend(labels, named, shapes, { x: 8 - left, y: box.legendTop, limit: box.width + left - 60 })],
      marks: drawings.map((drawing) => layer(drawing, plane)),
    }),
    table: () => joinRows(drawings.map(({ table }) => table as readonly TableRow[])),
  });
}

/** A group of its own for each mark: names of data sets do not meet, and what leaves the plane is cut off. */
function layer({ data, marks }: Drawing, { width, height }: Region): JsonObject {
  const size = { width: { value: width }, height: { value: height } };
  return { type: "group", encode: { enter: size }, data: [...data], marks: [...marks] };
}

const isSurface = (data: JsonObject) => data["name"] === "surface";

/** `exact`: the ends are those of the marks, without rounding. */
function axisOf(label: string, given: PlotAxisOptions = {}, values: readonly number[], exact = false): NumericAxis {
  const { type = "linear" } = given;
  if (type === "log") {
    requirePositive("plot", label, given.domain ?? values);
    return { label, domain: logDomain(values), ...given, type };
  }
  const domain = values.length === 0 ? ([-5, 5] as const) : exact ? extent(values) : niceDomain(values);
  return { label, domain, ...given, type };
}

/** Functions are sampled at equal distances; marks of data go anywhere. */
function requireLinear(marks: readonly Mark[], axes: readonly NumericAxis[]): void {
  const surface = marks.find(({ covers }) => covers.length === 0);
  const log = axes.find(({ type }) => type === "log");
  if (surface === undefined || log === undefined) return;
  throw new OptionError(
    `plot: ${surface.kind} needs linear axes, and ${log.label} is logarithmic. Draw the function of the logarithm instead.`,
    { code: "invalid-option", option: "type" },
  );
}

/** The names under the bars, when there are bars. */
function barNames(marks: readonly Mark[]): readonly string[] | undefined {
  const [first, ...others] = marks.flatMap(({ names }) => (names === undefined ? [] : [names]));
  if (first === undefined || others.every((names) => names.join("\n") === first.join("\n"))) return first;
  throw new OptionError("plot: the bars have different names. Give all bar marks the same ones, in the same order.", {
    code: "invalid-option",
    option: "marks",
  });
}

/** Names in the place of numbers. */
function nameTicks(names: readonly string[], width: number): JsonObject {
  const texts = JSON.stringify(names.map((name) => fitText(name, width / names.length - 4)));
  return {
    values: names.map((_, i) => i),
    tickCount: names.length, // fewer, and Vega would drop names
    tickSize: 0,
    labelPadding: 6,
    labelOverlap: false,
    encode: { labels: { update: { text: { signal: `${texts}[datum.value]` } } } },
  };
}

function describe(marks: readonly Mark[], x: NumericAxis, y: NumericAxis): string {
  const range = ({ label, domain: [low, high] }: NumericAxis) => `${label} from ${low} to ${high}`.replaceAll("-", "−");
  const ranges = barNames(marks) === undefined ? `${range(x)}, ${range(y)}` : range(y);
  return sentence(`${listWords(marks.map(({ words }) => words))}; ${ranges}.`);
}

// lines and dots have one size in a legend, or labels would stand at different distances from them
const smallDot = "M0.55,0A0.55,0.55,0,1,1,-0.55,0A0.55,0.55,0,1,1,0.55,0Z";

/** The named series alone: lines with their dash, dots filled. */
function legend(
  labels: readonly string[],
  named: readonly number[],
  shapes: readonly string[],
  place: { readonly x: number; readonly y: number; readonly limit: number },
): JsonObject {
  const { encode, ...rest } = lineLegend(labels, place);
  const shape = `${JSON.stringify(shapes)}[datum.value]`;
  const isDot = `${shape} !== 'stroke'`;
  return {
    ...rest,
    values: [...named],
    encode: {
      ...(encode as JsonObject),
      symbols: {
        update: {
          shape: { signal: shape },
          fill: { signal: `${isDot} ? scale('color', datum.value) : 'transparent'` },
          strokeWidth: { signal: `(${isDot} ? 0 : 2.25)` }, // Vega puts it into a sum
        },
      },
    },
  };
}
