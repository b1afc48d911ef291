import type { ArrayLike } from "steepest";
import { count } from "../shared/numbers.ts";
import { requireFinite, requireSame, requireSome, toNumbers } from "../shared/values.ts";
import type { Mark } from "./mark.ts";

const filled = 0.8; // of the space of a name; the rest is gap

/** Upright bars from zero, one per name. Several bar marks of a plot have the same names and stand side by side. */
export function bar(labels: readonly string[], values: ArrayLike, options: { label?: string } = {}): Mark {
  const { label = "" } = options;
  const heights = toNumbers(values);
  requireSame("bar", ["labels", "values"], labels, heights);
  requireSome("bar", "values", heights.length);
  requireFinite("bar", "values", heights);
  return {
    kind: "bar",
    words: `${count(heights.length, "bar")}${label === "" ? "" : ` (${label})`}`,
    series: [{ label, shape: "dot" }],
    names: labels,
    covers: [[-0.5, 0], ...heights.map((value, i) => [i, value] as const), [heights.length - 0.5, 0]],
    draw: ({ series, slot }) => {
      const width = filled / slot.of;
      const start = -filled / 2 + slot.index * width;
      return {
        data: [
          {
            name: "bars",
            values: heights.map((value, i) => ({ left: i + start, right: i + start + width, value })),
          },
        ],
        marks: [
          {
            type: "rect",
            from: { data: "bars" },
            encode: {
              enter: {
                x: { scale: "x", field: "left" },
                x2: { scale: "x", field: "right" },
                y: { scale: "y", value: 0 },
                y2: { scale: "y", field: "value" },
                fill: { scale: "color", value: series },
              },
            },
          },
        ],
        table: heights.map((value, i) => ({ mark: label === "" ? "bar" : label, name: labels[i]!, value })),
      };
    },
  };
}
