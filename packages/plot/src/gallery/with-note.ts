import { type Figure, makeFigure } from "../figure.ts";

/** The same figure with one more sentence in its caption. */
export function withNote(figure: Figure, note: string): Figure {
  const description = `${figure.description} ${note}`;
  return makeFigure({
    title: figure.title,
    description,
    spec: { ...figure.spec, description },
    table: figure.toTable,
  });
}
