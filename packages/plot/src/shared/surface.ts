// A function of two numbers over a rectangle: samples, levels, contour lines with their labels.

import type { NDArray, Scalar } from "steepest";
import { array, DataError } from "steepest";
import type { JsonObject } from "../json.ts";
import { formatNumber } from "./numbers.ts";
import type { Theme } from "./theme.ts";

export type SurfaceFunction = (x: NDArray) => Scalar;

/** The rectangle in data coordinates, and its picture in pixels. */
export interface Region {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

/** Values at the centers of cells; one ring of cells lies outside of the region, so that contours leave it cleanly. */
export interface Surface {
  readonly cells: number;
  readonly values: readonly number[];
  readonly levels: readonly number[];
}

const cellsPerSide = 60;
const levelCount = 11;

/** @throws DataError when the function is nowhere finite. */
export function sampleSurface(
  owner: string,
  f: SurfaceFunction,
  { x, y }: Pick<Region, "x" | "y">,
  levels: number | readonly number[] = levelCount,
  scale: LevelScale = "linear",
): Surface {
  const values = cellCenters({ x, y }).map((center) => f(array([...center])).item());
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (finite.length === 0) {
    throw new DataError(
      `${owner}: the function is not finite anywhere in x from ${x[0]} to ${x[1]}, y from ${y[0]} to ${y[1]}. Choose another domain, or check for 0/0.`,
      { code: "not-finite" },
    );
  }
  // where the function is not defined, the picture shows its highest ground
  const highest = finite[finite.length - 1]!;
  return {
    cells: cellsPerSide,
    values: values.map((value) => (Number.isFinite(value) ? value : highest)),
    levels: typeof levels === "number" ? choose[scale](finite, levels) : levels,
  };
}

/** Centers of the cells and of the ring around them, row by row from below. */
export function cellCenters(
  { x, y }: Pick<Region, "x" | "y">,
  cells: number = cellsPerSide,
): (readonly [number, number])[] {
  const side = cells + 2;
  return Array.from({ length: side * side }, (_, k) => [
    at(x, (k % side) - 1, cells),
    at(y, Math.floor(k / side) - 1, cells),
  ]);
}

const at = ([low, high]: readonly [number, number], i: number, cells: number) =>
  low + ((high - low) * (i + 0.5)) / cells;

/** How levels are chosen where only their number is given. */
export type LevelScale = "linear" | "log";

const choose = { linear: byArea, log: byRatio } as const;

/** Levels that each enclose about the same area more, closer together near the lowest point; two digits each. */
function byArea(sorted: readonly number[], count: number): number[] {
  const picked = Array.from({ length: count }, (_, k) => {
    const share = ((k + 1) / (count + 1)) ** 1.6;
    return Number(sorted[Math.floor(share * (sorted.length - 1))]!.toPrecision(2));
  });
  return inside(picked, sorted);
}

/** Levels of equal ratio above zero, from where a hundredth of the positive values lies below; two digits each. */
function byRatio(sorted: readonly number[], count: number): number[] {
  const positive = sorted.filter((value) => value > 0);
  const low = positive[Math.floor(0.01 * positive.length)];
  if (low === undefined) return [];
  const high = positive[positive.length - 1]!;
  const picked = Array.from({ length: count }, (_, k) =>
    Number((low * (high / low) ** ((k + 0.5) / count)).toPrecision(2)),
  );
  return inside(picked, sorted);
}

const inside = (levels: readonly number[], sorted: readonly number[]) =>
  [...new Set(levels)].filter((level) => level > sorted[0]! && level < sorted[sorted.length - 1]!);

/** Data sets `surface`, `contours` and `contourLabels`. */
export function contourData(surface: Surface, region: Region): readonly JsonObject[] {
  const { cells, values, levels } = surface;
  return [
    { name: "surface", values: [{ grid: gridOf(cells, values, region) }] },
    {
      name: "contours",
      source: "surface",
      transform: [{ type: "isocontour", field: "grid", thresholds: [...levels] }],
    },
    { name: "contourLabels", values: placeLabels(surface, region) },
  ];
}

/** What the transform isocontour reads: values of the cells and of the ring around them, and where they lie in pixels. */
export function gridOf(cells: number, values: readonly number[], region: Pick<Region, "width" | "height">): JsonObject {
  const side = cells + 2;
  return {
    width: side,
    height: side,
    values: values.map((value) => Number(value.toPrecision(6))),
    // cell (1, 1) of the grid is the lower left one of the region
    x1: 1,
    y1: 1,
    scale: [region.width / cells, -region.height / cells],
    translate: [0, region.height],
  };
}

// Labels stand where a ray from the lowest sample to the farthest corner crosses a level, with room between them.
function placeLabels({ cells, values, levels }: Surface, { width, height }: Region): JsonObject[] {
  const side = cells + 2;
  const lowest = values.reduce((best, value, k) => (value < values[best]! ? k : best), 0);
  const start = [lowest % side, Math.floor(lowest / side)] as const;
  const end = [start[0] < side / 2 ? cells : 1, start[1] < side / 2 ? cells : 1] as const;
  const steps = 400;
  const labels: { x: number; y: number; text: string }[] = [];
  let before = sample(values, side, start[0], start[1]);
  for (let s = 1; s <= steps; s++) {
    const i = start[0] + ((end[0] - start[0]) * s) / steps;
    const j = start[1] + ((end[1] - start[1]) * s) / steps;
    const value = sample(values, side, i, j);
    const level = levels.find((l) => (before < l && value >= l) || (before >= l && value < l));
    before = value;
    const x = ((i - 0.5) / cells) * width;
    const y = height - ((j - 0.5) / cells) * height;
    const last = labels[labels.length - 1];
    const apart = last === undefined || Math.hypot((x - last.x) / 2, y - last.y) > 16;
    if (level === undefined || !apart || x < 18 || x > width - 18 || y < 10 || y > height - 10) continue;
    labels.push({ x, y, text: formatNumber(level, 2) });
  }
  return labels;
}

/** Bilinear between cell centers. */
function sample(values: readonly number[], side: number, i: number, j: number): number {
  const i0 = Math.min(Math.floor(i), side - 2);
  const j0 = Math.min(Math.floor(j), side - 2);
  const [u, v] = [i - i0, j - j0];
  const corner = (di: number, dj: number) => values[(j0 + dj) * side + i0 + di]!;
  return (1 - v) * ((1 - u) * corner(0, 0) + u * corner(1, 0)) + v * ((1 - u) * corner(0, 1) + u * corner(1, 1));
}

// what the highest of the bands is covered with: text and lines stay readable on it
const strongestFill = 0.44;

/** Bands that darken with height (each lies on the ones below it), lines between them; 0 levels: lines alone. */
export function contourMark(theme: Theme, levels: number = levelCount): JsonObject {
  return {
    type: "path",
    clip: true,
    from: { data: "contours" },
    encode: {
      enter: {
        fill: { value: theme.series[0]! },
        fillOpacity: { value: levels === 0 ? 0 : strongestFill / levels },
        stroke: { value: theme.series[0]! },
        strokeOpacity: { value: 0.45 },
        strokeWidth: { value: 0.8 },
      },
    },
    transform: [{ type: "geopath", field: "datum.contour" }],
  };
}

/** Numbers on the lines; the first of the two marks is a halo in the color of the paper. */
export function contourLabelMarks(theme: Theme): readonly JsonObject[] {
  const text = (extra: JsonObject): JsonObject => ({
    type: "text",
    from: { data: "contourLabels" },
    encode: {
      enter: {
        x: { field: "x" },
        y: { field: "y" },
        text: { field: "text" },
        align: { value: "center" },
        baseline: { value: "middle" },
        fontSize: { value: 10 },
        ...extra,
      },
    },
  });
  return [
    text({ stroke: { value: theme.paper }, strokeWidth: { value: 3 }, fill: { value: theme.paper } }),
    text({ fill: { value: theme.muted } }),
  ];
}
