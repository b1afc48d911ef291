import type { NDArray, Scalar } from "steepest";
import { gradientDescent, iterate } from "steepest/solve";
import type { Figure, FigureOptions } from "../figure.ts";
import { descentLandscape } from "../figures/descent-landscape.ts";
import { withNote } from "./with-note.ts";

const start = -3;
const steps = 8;

/** Curvature L = 1: the limit for the rate is 2/L = 2. */
const loss = (w: NDArray): Scalar => w.square().mul(0.5).sum();

export function learningRatesFigure(options: FigureOptions = {}): Figure {
  const descend = (learningRate: number) => [
    start,
    ...[...iterate(loss, [start], { solver: gradientDescent({ learningRate }), maxSteps: steps })].map(({ x }) =>
      x.item(),
    ),
  ];
  const runs = {
    "slow (0.1)": descend(0.1),
    "good (0.6)": descend(0.6),
    "too large (2.05)": descend(2.05),
  };
  const figure = descentLandscape((w) => loss(w), runs, { title: "Three learning rates on ½w²", ...options });
  return withNote(
    figure,
    "The limit is 2/L = 2: above it every step overshoots further. A small rate is slow; the tutorial calls it stuck.",
  );
}
