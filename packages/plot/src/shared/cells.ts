// Matrices as cells: strength of color by value, the numbers inside, names on both sides.
import type { JsonObject } from "../json.ts";
import { fitText } from "./text-width.ts";
import type { Theme } from "./theme.ts";

/** Ink stays readable on the strongest cell: half of the series color, in light and dark. */
export const strongestCell = 0.5;

export interface Cell {
  readonly row: number;
  readonly column: number;
  /** Position of the color: 0, or 1 for the other side of zero. */
  readonly series: 0 | 1;
  readonly opacity: number;
  /** Written inside; empty for none. */
  readonly text: string;
}

/** Rectangles of the data set `cells` on the band scales `x` and `y`, with their numbers. */
export function cellMarks({ series, grid, ink }: Theme, fontSize: number): readonly JsonObject[] {
  return [
    {
      type: "rect",
      from: { data: "cells" },
      encode: {
        enter: {
          x: { scale: "x", field: "column" },
          y: { scale: "y", field: "row" },
          width: { scale: "x", band: 1 },
          height: { scale: "y", band: 1 },
          fill: [{ test: "datum.series === 1", value: series[1]! }, { value: series[0]! }],
          fillOpacity: { field: "opacity" },
          stroke: { value: grid },
          strokeWidth: { value: 1 },
        },
      },
    },
    {
      type: "text",
      from: { data: "cells" },
      encode: {
        enter: {
          x: { scale: "x", field: "column", band: 0.5 },
          y: { scale: "y", field: "row", band: 0.5 },
          align: { value: "center" },
          baseline: { value: "middle" },
          text: { field: "text" },
          fill: { value: ink },
          fontSize: { value: fontSize },
        },
      },
    },
  ];
}

/** Names above the columns, with a title above them. */
export function columnAxis(names: readonly string[], room: number, title = ""): JsonObject {
  const texts = JSON.stringify(names.map((name) => fitText(name, Math.max(12, room - 4))));
  return {
    orient: "top",
    scale: "x",
    domain: false,
    tickSize: 0,
    labelPadding: 6,
    labelLimit: 0,
    ...(title === "" ? {} : { title, titlePadding: 6 }),
    encode: { labels: { update: { text: { signal: `${texts}[datum.value]` } } } },
  };
}
