import type { ArrayLike } from "steepest";
import { ShapeError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { bandScale, levelTitle, namesAxis } from "../shared/axes.ts";
import { cellMarks, columnAxis, strongestCell } from "../shared/cells.ts";
import { frame, specification } from "../shared/frame.ts";
import { formatNumber } from "../shared/numbers.ts";
import { requireFinite, toMatrix } from "../shared/values.ts";

export interface AttentionOptions extends FigureOptions {
  /** Write the number into every cell. Default: where it fits. */
  annotate?: boolean;
}

const sumWidth = 58;

/**
 * Weights of attention: row i says how much word i (query) looks at every word (key). Cells are as dark as their weight, on a
 * scale from 0 to 1; the sums of the rows stand on the right.
 *
 * @throws ShapeError unless the weights are as many rows and columns as there are words; DataError for NaN and ∞.
 *
 * @example
 * ```ts
 * import { attention } from "@steepest/plot";
 * const figure = attention([[0.7, 0.3], [0.4, 0.6]], ["cat", "sat"]);
 * figure.description; // "Attention of 2 words; strongest: cat 0.7 to cat, sat 0.6 to sat. Every row sums to 1."
 * ```
 */
export function attention(weights: ArrayLike, tokens: readonly string[], options: AttentionOptions = {}): Figure {
  const { values, shape } = toMatrix("attention", "weights", weights);
  const n = tokens.length;
  if (shape[0] !== n || shape[1] !== n) {
    throw new ShapeError(
      `attention: the weights have shape [${shape.join(", ")}], and there are ${n} tokens. Pass one row and one column for each.`,
      { code: "token-count", operation: "attention", shapes: [[...shape], [n, n]] },
    );
  }
  requireFinite("attention", "weights", values);
  const width = options.width ?? Math.min(640, 190 + 78 * n);
  const { axis, left } = namesAxis(tokens, width * 0.25);
  const room = (width - left - sumWidth) / n;
  const annotate = options.annotate ?? room >= 38;
  const box = frame(options, {
    owner: "attention",
    title: "Attention weights",
    width,
    height: { plot: n * Math.max(annotate ? 26 : 12, Math.min(52, room)) },
    margins: { left: Math.max(left, 52), right: sumWidth, top: 46, bottom: 12 },
  });
  const rows = tokens.map((_, i) => values.slice(i * n, (i + 1) * n));
  const sums = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
  const description = options.description ?? describe(tokens, rows, sums);
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        {
          name: "cells",
          values: values.map((value, k) => ({
            row: Math.floor(k / n),
            column: k % n,
            series: 0,
            opacity: strongestCell * Math.min(1, Math.max(0, value)),
            text: annotate ? value.toFixed(3) : "",
          })),
        },
        { name: "sums", values: sums.map((sum, row) => ({ row, text: `Σ ${sum.toFixed(3)}` })) },
      ],
      scales: [bandScale("x", n, [0, box.width], 0), bandScale("y", n, [0, box.height], 0)],
      axes: [{ ...axis, ...levelTitle("query", box.padding.left) }, columnAxis(tokens, box.width / n, "key")],
      marks: [...cellMarks(box.theme, 12), sumMark(box.theme.muted, box.width)],
    }),
    table: () => tokens.map((token, i) => ({ query: token, ...keyed(tokens, rows[i]!), sum: sums[i]! })),
  });
}

/** Words may repeat, columns of a table may not. */
function keyed(tokens: readonly string[], row: readonly number[]): Record<string, number> {
  const name = (j: number) => (tokens.indexOf(tokens[j]!) === j ? tokens[j]! : `${tokens[j]} (${j + 1})`);
  return Object.fromEntries(row.map((value, j) => [`to ${name(j)}`, value]));
}

const rounding = 1e-6; // sums of a softmax in f32 are this exact

function describe(tokens: readonly string[], rows: readonly (readonly number[])[], sums: readonly number[]): string {
  const strongest = rows.map((row, i) => {
    const value = Math.max(...row);
    return `${tokens[i]} ${formatNumber(value, 3)} to ${tokens[row.indexOf(value)]}`;
  });
  const shown = strongest.length > 4 ? [...strongest.slice(0, 4), "…"] : strongest;
  const off = sums.findIndex((sum) => Math.abs(sum - 1) > rounding);
  const total =
    off < 0
      ? "Every row sums to 1."
      : `Row ${off + 1} sums to ${formatNumber(sums[off]!)}: these are not weights of a softmax.`;
  return `Attention of ${tokens.length} words; strongest: ${shown.join(", ")}. ${total}`;
}

function sumMark(color: string, x: number): JsonObject {
  return {
    type: "text",
    from: { data: "sums" },
    encode: {
      enter: {
        x: { value: x + 8 },
        y: { scale: "y", field: "row", band: 0.5 },
        baseline: { value: "middle" },
        text: { field: "text" },
        fill: { value: color },
      },
    },
  };
}
