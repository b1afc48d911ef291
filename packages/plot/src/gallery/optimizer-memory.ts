import type { Figure, FigureOptions } from "../figure.ts";
import { plot } from "../figures/plot.ts";
import { bar } from "../marks/bar.ts";

/** Numbers that a rule keeps beside each parameter, by its formula. */
const kept = { SGD: 0, momentum: 1, Lion: 1, Muon: 1, Adam: 2 };

export function optimizerMemoryFigure(options: FigureOptions = {}): Figure {
  return plot({
    title: "Memory of optimizers",
    description:
      "Numbers kept beside each parameter: SGD 0, momentum, Lion and Muon 1 each, Adam 2. Lion keeps half of what Adam keeps.",
    height: 300,
    y: { label: "numbers per parameter", domain: [0, 2] },
    x: { label: "" },
    marks: [bar(Object.keys(kept), Object.values(kept))],
    ...options,
  });
}
