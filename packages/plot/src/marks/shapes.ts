// Marks made from data: points, lines, paths, bands.
import type { ArrayLike, NDArray } from "steepest";
import { ShapeError } from "steepest";
import type { Label } from "steepest/metrics";
import type { JsonObject } from "../json.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSame, requireSome, toNumbers } from "../shared/values.ts";
import type { Mark } from "./mark.ts";

type Point = readonly [x: number, y: number];

/** Rows of two numbers. @throws ShapeError for other rows, DataError for numbers that are not finite. */
function pairs(owner: string, points: ArrayLike | readonly NDArray[]): Point[] {
  const isList = Array.isArray(points) && points.some((point) => typeof point === "object" && "toArray" in point);
  const flat = isList ? (points as readonly NDArray[]).flatMap((p) => p.toArray()) : toNumbers(points as ArrayLike);
  const rows = isList || Array.isArray(points) ? points.length : (points as NDArray).shape?.[0];
  requireSome(owner, "points", flat.length);
  if (rows === undefined || flat.length !== 2 * rows) {
    throw new ShapeError(
      `${owner}: points of the plane have 2 coordinates each; got ${flat.length} numbers in ${rows ?? 0} rows.`,
      {
        code: "not-planar",
        operation: owner,
      },
    );
  }
  requireFinite(owner, "points", flat);
  return Array.from({ length: rows }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const);
}

const toValues = (points: readonly Point[]) => points.map(([x, y]) => ({ x, y }));
const named = (kind: string, n: number, label: string) =>
  `${kind} of ${count(n, "point")}${label === "" ? "" : ` (${label})`}`;

const position: JsonObject = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };

function lineThrough(series: number, dashed: boolean): JsonObject {
  return {
    type: "line",
    clip: true,
    from: { data: "points" },
    encode: {
      enter: {
        ...position,
        stroke: { scale: "color", value: series },
        strokeDash: dashed ? { value: [4, 4] } : { scale: "dash", value: series },
        strokeWidth: { value: 2.25 },
        strokeJoin: { value: "round" },
      },
    },
  };
}

function symbols(series: JsonObject, shape: JsonObject, size: number, opacity: number): JsonObject {
  return {
    type: "symbol",
    clip: true,
    from: { data: "points" },
    encode: {
      enter: {
        ...position,
        shape,
        size: { value: size },
        fill: { scale: "color", ...series },
        fillOpacity: { value: opacity },
        stroke: { scale: "color", ...series },
        strokeWidth: { value: 1 },
      },
    },
  };
}

/** A polyline through y over x. */
export function line(x: ArrayLike, y: ArrayLike, options: { label?: string; dash?: boolean } = {}): Mark {
  const { label = "", dash = false } = options;
  const [xs, ys] = [toNumbers(x), toNumbers(y)];
  requireSame("line", ["x", "y"], xs, ys);
  const points = pairs(
    "line",
    xs.map((value, i) => [value, ys[i]!]),
  );
  return {
    kind: "line",
    words: named("line", points.length, label),
    series: [{ label, shape: "line" }],
    covers: points,
    draw: ({ series }) => ({
      data: [{ name: "points", values: toValues(points) }],
      marks: [lineThrough(series, dash)],
      table: points.map(([px, py]) => ({ mark: label === "" ? "line" : label, x: px, y: py })),
    }),
  };
}

/** A path through points of the plane: the steps of an optimizer. */
export function path(
  points: readonly NDArray[] | NDArray | readonly (readonly number[])[],
  options: { label?: string; markers?: boolean } = {},
): Mark {
  const { label = "", markers = false } = options;
  const list = pairs("path", points);
  return {
    kind: "path",
    words: named("path", list.length, label),
    series: [{ label, shape: "line" }],
    covers: list,
    draw: ({ series }) => ({
      data: [{ name: "points", values: toValues(list) }],
      marks: [
        lineThrough(series, false),
        ...(markers ? [symbols({ value: series }, { scale: "symbol", value: series }, 30, 1)] : []),
      ],
      table: list.map(([x, y], step) => ({ mark: label === "" ? "path" : label, step, x, y })),
    }),
  };
}

/** Points, in one color or one per label. */
export function scatter(X: ArrayLike, options: { color?: readonly Label[]; size?: number; label?: string } = {}): Mark {
  const { size = 36, label = "" } = options;
  const points = pairs("scatter", X);
  const color = options.color ?? points.map(() => label);
  requireSame("scatter", ["X", "color"], points, color);
  const labels = [...new Set(color)];
  return {
    kind: "scatter",
    words: named("cloud", points.length, label),
    series: labels.map((name) => ({ label: String(name), shape: "dot" })),
    covers: points,
    draw({ series }) {
      const values = points.map(([x, y], i) => ({ x, y, series: series + labels.indexOf(color[i]!) }));
      return {
        data: [{ name: "points", values }],
        marks: [symbols({ field: "series" }, { scale: "symbol", field: "series" }, size, 0.4)],
        table: points.map(([x, y], i) => ({ mark: "scatter", x, y, ...(options.color ? { label: color[i]! } : {}) })),
      };
    },
  };
}

const shapes = {
  circle: "circle",
  cross: "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8",
  star: "M0,-1L0.25,-0.34L0.95,-0.31L0.4,0.13L0.59,0.81L0,0.42L-0.59,0.81L-0.4,0.13L-0.95,-0.31L-0.25,-0.34Z",
} as const;

/** One point that matters: a minimum, a start. Drawn in the color of the text. */
export function point(at: Point, options: { symbol?: "star" | "circle" | "cross"; label?: string } = {}): Mark {
  const { symbol = "circle", label = "" } = options;
  const [at0] = pairs("point", [[...at]]);
  return {
    kind: "point",
    words: `${label === "" ? "a point" : label} at (${formatNumber(at[0])}, ${formatNumber(at[1])})`,
    series: [],
    covers: [at0!],
    draw: ({ theme }) => ({
      data: [{ name: "points", values: toValues([at0!]) }],
      marks: [
        {
          type: "symbol",
          from: { data: "points" },
          encode: {
            enter: {
              ...position,
              shape: { value: shapes[symbol] },
              size: { value: symbol === "star" ? 260 : 80 },
              fill: { value: theme.ink },
              stroke: { value: symbol === "cross" ? theme.ink : theme.paper },
              strokeWidth: { value: symbol === "cross" ? 2 : 1 },
            },
          },
        },
        {
          type: "text",
          from: { data: "points" },
          encode: {
            enter: {
              ...position,
              dx: { value: 9 },
              dy: { value: -7 },
              text: { value: label },
              fontSize: { value: 12 },
            },
          },
        },
      ],
      table: [{ mark: label === "" ? "point" : label, x: at[0], y: at[1] }],
    }),
  };
}

/** The area between two curves over x: an interval, a spread. */
export function band(x: ArrayLike, low: ArrayLike, high: ArrayLike, options: { label?: string } = {}): Mark {
  const { label = "" } = options;
  const [xs, lows, highs] = [toNumbers(x), toNumbers(low), toNumbers(high)];
  requireSame("band", ["x", "low"], xs, lows);
  requireSame("band", ["x", "high"], xs, highs);
  const lower = pairs(
    "band",
    xs.map((value, i) => [value, lows[i]!]),
  );
  const upper = pairs(
    "band",
    xs.map((value, i) => [value, highs[i]!]),
  );
  return {
    kind: "band",
    words: named("band", lower.length, label),
    series: [{ label, shape: "dot" }],
    covers: [...lower, ...upper],
    draw: ({ series }) => ({
      data: [{ name: "points", values: lower.map(([px, py], i) => ({ x: px, y: py, high: upper[i]![1] })) }],
      marks: [
        {
          type: "area",
          clip: true,
          from: { data: "points" },
          encode: {
            enter: {
              ...position,
              y2: { scale: "y", field: "high" },
              fill: { scale: "color", value: series },
              fillOpacity: { value: 0.25 },
            },
          },
        },
      ],
      table: lower.map(([px, py], i) => ({ mark: label === "" ? "band" : label, x: px, low: py, high: upper[i]![1] })),
    }),
  };
}
