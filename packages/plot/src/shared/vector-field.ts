// Arrows over a rectangle.
import type { JsonObject } from "../json.ts";
import { arrowPath } from "./arrows.ts";
import type { Region } from "./surface.ts";
import type { Theme } from "./theme.ts";

export interface FieldVector {
  readonly x: number;
  readonly y: number;
  /** The value of the field. */
  readonly u: number;
  readonly v: number;
  /** The arrow in pixels, around (x, y). */
  readonly path: string;
}

export interface FieldOptions {
  /** Arrows per row. */
  readonly columns: number;
  /** 0: all arrows are equally long; 1: as long as the vectors. */
  readonly power: number;
}

/** One arrow per cell, none where the field is not finite; directions are those on the screen. */
export function sampleField(
  field: (x: number, y: number) => readonly [number, number],
  { x: [x0, x1], y: [y0, y1], width, height }: Region,
  { columns, power }: FieldOptions,
): FieldVector[] {
  const cell = width / columns;
  const rows = Math.max(2, Math.round(height / cell));
  const scale = { x: width / (x1 - x0), y: -height / (y1 - y0) };
  const vectors = Array.from({ length: rows * columns }, (_, k) => {
    const x = x0 + ((x1 - x0) * ((k % columns) + 0.5)) / columns;
    const y = y0 + ((y1 - y0) * (Math.floor(k / columns) + 0.5)) / rows;
    const [u, v] = field(x, y);
    return { x, y, u, v };
  }).filter(({ u, v }) => Number.isFinite(u) && Number.isFinite(v));
  const pixels = vectors.map(({ u, v }) => Math.hypot(u * scale.x, v * scale.y));
  const longest = Math.max(...pixels, Number.MIN_VALUE);
  return vectors.map((vector, i) => {
    const size = pixels[i]!;
    const length = size === 0 ? 0 : (0.85 * cell * (size / longest) ** power) / size;
    return { ...vector, path: arrowPath({ dx: vector.u * scale.x * length, dy: vector.v * scale.y * length }) };
  });
}

/** The data set `arrows`. */
export function arrowData(field: readonly FieldVector[]): JsonObject {
  return { name: "arrows", values: field.map(({ x, y, path }) => ({ x, y, path })) };
}

export function arrowMark(theme: Theme): JsonObject {
  return {
    type: "path",
    from: { data: "arrows" },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        path: { field: "path" },
        stroke: { value: theme.ink },
        strokeOpacity: { value: 0.75 },
        strokeWidth: { value: 1.1 },
        strokeCap: { value: "round" },
      },
    },
  };
}
