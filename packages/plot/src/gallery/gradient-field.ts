import { array, type NDArray, type Scalar } from "steepest";
import type { Figure, FigureOptions } from "../figure.ts";
import { gradientField } from "../figures/gradient-field.ts";
import { withNote } from "./with-note.ts";

const A = array([
  [1, 0.5],
  [0.5, 1],
]);

/** x² + xy + y² = wᵀAw */
const f = (w: NDArray): Scalar => w.dot(A.matmul(w));

export function gradientFieldFigure(options: FigureOptions = {}): Figure {
  const figure = gradientField(f, {
    title: "Gradient field of x² + xy + y²",
    x: { domain: [-3, 3] },
    y: { domain: [-3, 3] },
    at: [1, 2],
    ...options,
  });
  return withNote(figure, "Its length there is √41; where a gradient is zero there is no steepest direction.");
}
