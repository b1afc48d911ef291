import type { NDArray, Scalar } from "steepest";
import type { Figure, FigureOptions } from "../figure.ts";
import { plot } from "../figures/plot.ts";
import { point } from "../marks/shapes.ts";
import { contour, implicit } from "../marks/surfaces.ts";

const f = (w: NDArray): Scalar => w.square().sum();
const g = (w: NDArray): Scalar => w.sum().sub(1);

export function lagrangeFigure(options: FigureOptions = {}): Figure {
  return plot({
    title: "Lagrange: lowest x² + y² on x + y = 1",
    description:
      "Contours of x² + y² and the line x + y = 1, which touches the contour ½ at (½, ½). There ∇f + λ∇g = 0 with λ = −1, for L = f + λg. The condition is necessary; it is sufficient here because f is convex and g is linear.",
    width: 460,
    x: { label: "x", domain: [-1, 2] },
    y: { label: "y", domain: [-1, 2] },
    equal: true,
    marks: [
      contour(f, { levels: [0.1, 0.25, 0.5, 1, 2, 3, 4, 6] }),
      implicit(g, { label: "x + y = 1" }),
      point([0.5, 0.5], { symbol: "star", label: "(½, ½)" }),
    ],
    ...options,
  });
}
