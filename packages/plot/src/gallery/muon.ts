import { type NewtonSchulz, polarFactor, svd } from "steepest/linalg";
import { key, normal } from "steepest/random";
import type { Figure, FigureOptions } from "../figure.ts";
import { singularValues } from "../figures/singular-values.ts";
import { withNote } from "./with-note.ts";

/** What Muon makes of the singular values of a random matrix. */
export function muonFigure(options: FigureOptions = {}): Figure {
  const G = normal(key(2), [64, 64]);
  const after = (coefficients: NewtonSchulz, steps: number) =>
    svd(polarFactor(G, { method: "newton-schulz", coefficients, steps })).S;
  const figure = singularValues(
    {
      "matrix, divided by its norm": svd(G.div(G.norm())).S,
      "quintic, 5 steps": after("quintic", 5),
      "cubic, 5 steps": after("cubic", 5),
      "cubic, 10 steps": after("cubic", 10),
    },
    { title: "Singular values under Newton–Schulz", ...options },
  );
  return withNote(
    figure,
    "A 64 × 64 matrix of normal numbers. The quintic of Muon brings them near 1 and never to 1; the cubic X ← ½X(3I − XᵀX) converges, slowly from small values, and only after the division by the norm: without it, as the tutorial writes it, it diverges.",
  );
}
