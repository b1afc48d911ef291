import type { NDArray } from "steepest";
import { DataError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { type AxisOptions, axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { extent, niceDomain } from "../shared/domain.ts";
import { frame, legendRowHeight, specification } from "../shared/frame.ts";
import { lineLegend, seriesScales } from "../shared/legend.ts";
import { lineMark } from "../shared/marks.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import {
  contourData,
  contourLabelMarks,
  contourMark,
  type LevelScale,
  type SurfaceFunction,
  sampleSurface,
} from "../shared/surface.ts";
import type { Theme } from "../shared/theme.ts";
import { everyKth } from "../shared/thin.ts";
import { requireSome } from "../shared/values.ts";

export interface TrajectoriesOptions extends FigureOptions {
  /** Default domain: around all points. */
  x?: AxisOptions;
  y?: AxisOptions;
  /** The known minimum, marked by a star. */
  minimum?: readonly [number, number];
  /** "log": contours of equal ratio above zero, for functions that grow by powers. Default "linear": of equal area. */
  scale?: LevelScale;
  /** How many contours, or their values. Default 11. */
  levels?: number | readonly number[];
}

/**
 * Paths of several optimizers over the contours of one surface; a dot marks the start, a symbol the end of each.
 *
 * @throws DataError when there is no run, or a point does not have two finite coordinates.
 *
 * @example
 * ```ts
 * import { trajectories } from "@steepest/plot";
 * import { array } from "steepest";
 * const steps = [[3, 2], [1, 1.5], [0.2, 1]].map((point) => array(point));
 * trajectories((w) => w.square().sum(), { "gradient descent": steps }).toTable().length; // 3
 * ```
 */
export function trajectories(
  f: SurfaceFunction,
  runs: Readonly<Record<string, readonly NDArray[]>>,
  options: TrajectoriesOptions = {},
): Figure {
  const names = Object.keys(runs);
  requireSome("trajectories", "runs", names.length);
  for (const name of names) requireSome("trajectories", `points in "${name}"`, runs[name]!.length);
  const paths = names.map((name) => runs[name]!.map((point, step) => coordinates(name, step, point)));
  const extra = options.minimum === undefined ? [] : [options.minimum];
  const x = axisOf(
    "x",
    options.x,
    [...paths.flat(), ...extra].map((p) => p[0]),
  );
  const y = axisOf(
    "y",
    options.y,
    [...paths.flat(), ...extra].map((p) => p[1]),
  );
  const box = frame(options, {
    owner: "trajectories",
    title: "Descent trajectories",
    width: 560,
    height: 380 + legendRowHeight * names.length,
    margins: axisMargins(x, y),
    legendRows: names.length,
  });
  const left = box.padding.left;
  const surface = sampleSurface("trajectories", f, { x: x.domain, y: y.domain }, options.levels, options.scale);
  const ends = names.map((name) => ({ first: f(runs[name]![0]!).item(), last: f(runs[name]!.at(-1)!).item() }));
  const parts = names.map(
    (name, i) =>
      `${name} from ${formatNumber(ends[i]!.first)} to ${formatNumber(ends[i]!.last)} in ${count(paths[i]!.length - 1, "step")}`,
  );
  const description =
    options.description ?? `Paths over the contours of the function, with its value: ${parts.join("; ")}.`;
  const points = paths.flatMap((path, series) =>
    [...new Set([...everyKth(path.length, 600), path.length - 1])].map((k) => ({
      series,
      x: path[k]![0],
      y: path[k]![1],
    })),
  );
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        ...contourData(surface, { x: x.domain, y: y.domain, width: box.width, height: box.height }),
        { name: "points", values: points },
        { name: "starts", values: paths.map(([p], series) => ({ series, x: p![0], y: p![1] })) },
        { name: "ends", values: paths.map((path, series) => ({ series, x: path.at(-1)![0], y: path.at(-1)![1] })) },
      ],
      scales: [
        numericScale("x", x, [0, box.width]),
        numericScale("y", y, [box.height, 0]),
        ...seriesScales(names.length, box.theme),
      ],
      axes: [{ ...leftAxis(y, box.height, left), grid: false }, bottomAxis(x, box.width)],
      legends: [lineLegend(names, { x: 8 - left, y: box.legendTop, limit: box.width + left - 60 })],
      marks: [
        contourMark(box.theme, surface.levels.length),
        ...contourLabelMarks(box.theme),
        {
          ...lineMark({ x: "x", y: "y" }),
          clip: true,
          encode: { enter: { width: { value: box.width }, height: { value: box.height } } },
        },
        ...(options.minimum === undefined ? [] : [starMark(box.theme, options.minimum)]),
        endMark(box.theme, "starts"),
        endMark(box.theme, "ends"),
      ],
    }),
    table: () =>
      names.flatMap((name, i) =>
        paths[i]!.map(([px, py], step) => ({ run: name, step, [x.label]: px, [y.label]: py })),
      ),
  });
}

function coordinates(name: string, step: number, point: NDArray): readonly [number, number] {
  const [x, y, ...more] = point.toArray();
  if (x === undefined || y === undefined || more.length > 0) {
    throw new DataError(
      `trajectories: point ${step} of "${name}" has ${point.size} coordinates; a picture of the plane needs 2. Pick two of them.`,
      { code: "not-planar", row: step },
    );
  }
  if (Number.isFinite(x) && Number.isFinite(y)) return [x, y];
  throw new DataError(
    `trajectories: point ${step} of "${name}" is (${x}, ${y}): the run diverged. Cut it there, or use a smaller learning rate.`,
    { code: "not-finite", row: step },
  );
}

function axisOf(label: string, given: AxisOptions | undefined, values: readonly number[]): NumericAxis {
  const [low, high] = extent(values);
  const margin = 0.12 * (high - low || 1);
  return { label, domain: niceDomain([low - margin, high + margin]), ...given, type: "linear" };
}

function endMark(theme: Theme, data: "starts" | "ends"): JsonObject {
  return {
    type: "symbol",
    clip: true,
    from: { data },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        shape: data === "starts" ? { value: "circle" } : { scale: "symbol", field: "series" },
        size: { value: data === "starts" ? 50 : 80 },
        fill: data === "starts" ? { value: theme.ink } : { scale: "color", field: "series" },
        stroke: { value: theme.paper },
        strokeWidth: { value: 1 },
      },
    },
  };
}

// five points, the lower ones between: a star that reads at twelve pixels
const star = Array.from({ length: 10 }, (_, k) => {
  const radius = k % 2 === 0 ? 1 : 0.42;
  const angle = (Math.PI * k) / 5;
  return `${(radius * Math.sin(angle)).toFixed(3)},${(-radius * Math.cos(angle)).toFixed(3)}`;
});

function starMark(theme: Theme, [x, y]: readonly [number, number]): JsonObject {
  return {
    type: "symbol",
    encode: {
      enter: {
        x: { scale: "x", value: x },
        y: { scale: "y", value: y },
        shape: { value: `M${star.join("L")}Z` },
        size: { value: 260 },
        fill: { value: theme.ink },
        stroke: { value: theme.paper },
        strokeWidth: { value: 1 },
      },
    },
  };
}
