import { linspace } from "steepest";
import type { Figure, FigureOptions } from "../figure.ts";
import { plot } from "../figures/plot.ts";
import { band, line, point } from "../marks/shapes.ts";

/** σ(z) = 1/(1 + e^−z), and what a threshold makes of it. */
export function sigmoidFigure(options: FigureOptions = {}): Figure {
  const z = linspace(-6, 6, 121);
  return plot({
    title: "Sigmoid and its threshold",
    description:
      "σ(z) rises from 0.0025 at z = −6 to 0.9975 at z = 6. The threshold 0.5 is at z = 0: class 1 from there on, class 0 below. Another threshold p moves it to log(p/(1 − p)), 1.386 for 0.8.",
    height: 380,
    x: { label: "z", domain: [-6, 6] },
    y: { label: "probability of class 1", domain: [0, 1] },
    marks: [
      line(z, z.sigmoid(), { label: "σ(z) = 1/(1 + e⁻ᶻ)" }),
      band([0, 6], [0, 0], [1, 1], { label: "predict 1" }),
      band([-6, 0], [0, 0], [1, 1], { label: "predict 0" }),
      line([-6, 6], [0.5, 0.5], { label: "threshold 0.5", dash: true }),
      point([0, 0.5]),
    ],
    ...options,
  });
}
