import { OptionError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { Json, JsonObject } from "../json.ts";
import { frame, type Margins, specification } from "../shared/frame.ts";
import { joinRows } from "../shared/join-rows.ts";
import { count } from "../shared/numbers.ts";
import { requireSome } from "../shared/values.ts";

export interface PanelsOptions extends Pick<FigureOptions, "title" | "heading" | "theme" | "description"> {
  /** Default: two, or one for a single figure. */
  columns?: number;
}

const gap = 16;
const noMargins: Margins = { left: 0, right: 0, top: 0, bottom: 0 };

/**
 * Several figures as one picture, row by row, each at its own size. Build them with the same `theme`.
 *
 * The table has a column `panel` with the title of each figure.
 * @throws DataError when there is no figure, OptionError when `columns` is not a positive integer.
 *
 * @example
 * ```ts
 * import { bars, curves, panels } from "@steepest/plot";
 * const both = panels([bars({ a: 1, b: 2 }), curves({ sgd: [1, 0.5] })], { title: "Side by side" });
 * both.toTable()[0]; // { panel: "Value", name: "a", value: 1, run: "", step: "", loss: "" }
 * ```
 */
export function panels(figures: readonly Figure[], options: PanelsOptions = {}): Figure {
  requireSome("panels", "figures", figures.length);
  const { columns = Math.min(2, figures.length) } = options;
  if (!Number.isInteger(columns) || columns < 1) {
    throw new OptionError(`panels: columns must be a positive integer, got ${columns}.`, {
      code: "invalid-option",
      option: "columns",
    });
  }
  const sizes = figures.map((figure) => outerSize(figure.spec));
  const widths = greatest(
    sizes.map(({ width }) => width),
    (i) => i % columns,
  );
  const heights = greatest(
    sizes.map(({ height }) => height),
    (i) => Math.floor(i / columns),
  );
  const box = frame(options, {
    owner: "panels",
    title: figures.map(({ title }) => title).join(", "),
    width: sumWithGaps(widths),
    height: { plot: sumWithGaps(heights) },
    margins: noMargins,
  });
  const description =
    options.description ??
    `${count(figures.length, "panel")}. ${figures.map(({ title, description: text }) => `${title}: ${text}`).join(" ")}`;
  const marks = figures.map((figure, i) => {
    const x = sumWithGaps([...widths.slice(0, i % columns), 0]);
    const y = sumWithGaps([...heights.slice(0, Math.floor(i / columns)), 0]);
    return panelMark(figure.spec, x, y);
  });
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, { marks }),
    table: () => joinRows(figures.map(({ title, toTable }) => toTable().map((row) => ({ panel: title, ...row })))),
  });
}

function outerSize(spec: JsonObject): { width: number; height: number } {
  const padding = spec["padding"] as unknown as Margins;
  return {
    width: (spec["width"] as number) + padding.left + padding.right,
    height: (spec["height"] as number) + padding.top + padding.bottom,
  };
}

/** The greatest size of each row or column. */
function greatest(sizes: readonly number[], track: (i: number) => number): number[] {
  const tracks: number[] = [];
  for (const [i, size] of sizes.entries()) tracks[track(i)] = Math.max(tracks[track(i)] ?? 0, size);
  return tracks;
}

const sumWithGaps = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) + gap * (sizes.length - 1);

/** A specification as a group: data, scales and axes inside of a group are its own. */
function panelMark(spec: JsonObject, x: number, y: number): JsonObject {
  const padding = spec["padding"] as unknown as Margins;
  const parts = Object.fromEntries(
    ["data", "scales", "axes", "legends", "marks"].map((part) => [part, spec[part] as Json]),
  );
  return {
    type: "group",
    encode: {
      enter: {
        x: { value: x + padding.left },
        y: { value: y + padding.top },
        width: { value: spec["width"] as number },
        height: { value: spec["height"] as number },
      },
    },
    // grid lines are as long as these say
    signals: [
      { name: "width", value: spec["width"] as number },
      { name: "height", value: spec["height"] as number },
    ],
    ...parts,
  };
}
