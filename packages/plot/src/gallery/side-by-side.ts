import type { Figure, FigureOptions } from "../figure.ts";
import { panels } from "../figures/panels.ts";

const gap = 16; // of panels
const narrow = 600;

/** Two figures beside each other, or one above the other where the width is that of a phone. */
export function sideBySide(
  draw: readonly [(options: FigureOptions) => Figure, (options: FigureOptions) => Figure],
  { width = 880, heading, theme, title, description }: FigureOptions,
): Figure {
  const columns = width < narrow ? 1 : 2;
  const each = { width: columns === 1 ? width : (width - gap) / 2, ...(theme === undefined ? {} : { theme }) };
  return panels(
    draw.map((one) => one(each)),
    {
      columns,
      ...(heading === undefined ? {} : { heading }),
      ...(theme === undefined ? {} : { theme }),
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    },
  );
}
