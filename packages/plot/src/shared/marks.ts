// Marks that several figures draw.
import type { JsonObject } from "../json.ts";
import type { Theme } from "./theme.ts";

/** One line per series of the data set `points`, in the series' color and dash. */
export function lineMark(fields: {
  readonly x: string;
  readonly y: string;
  readonly defined?: string;
  readonly interpolate?: string;
}): JsonObject {
  return {
    type: "group",
    from: { facet: { name: "one", data: "points", groupby: "series" } },
    marks: [
      {
        type: "line",
        from: { data: "one" },
        encode: {
          enter: {
            x: { scale: "x", field: fields.x },
            y: { scale: "y", field: fields.y },
            stroke: { scale: "color", field: "series" },
            strokeDash: { scale: "dash", field: "series" },
            strokeWidth: { value: 2.25 },
            strokeJoin: { value: "round" },
            ...(fields.interpolate === undefined ? {} : { interpolate: { value: fields.interpolate } }),
            ...(fields.defined === undefined ? {} : { defined: { field: fields.defined } }),
          },
        },
      },
    ],
  };
}

/** A straight line between two points in data coordinates. */
export function ruleMark(
  theme: Theme,
  from: readonly [number, number],
  to: readonly [number, number],
  dash: readonly number[] = [4, 4],
): JsonObject {
  return {
    type: "rule",
    encode: {
      enter: {
        x: { scale: "x", value: from[0] },
        y: { scale: "y", value: from[1] },
        x2: { scale: "x", value: to[0] },
        y2: { scale: "y", value: to[1] },
        stroke: { value: theme.muted },
        strokeWidth: { value: 1 },
        strokeDash: { value: [...dash] },
      },
    },
  };
}

/** Dots of the data set `points`, in the color of the first series. */
export function dotMark(
  theme: Theme,
  { opacity, size }: { readonly opacity: number; readonly size: number },
): JsonObject {
  const color = { value: theme.series[0]! };
  return {
    type: "symbol",
    from: { data: "points" },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        size: { value: size },
        fill: color,
        fillOpacity: { value: opacity },
        stroke: color,
        strokeWidth: { value: 1 },
      },
    },
  };
}
