import { array, grad, type NDArray, type Scalar } from "steepest";
import { type SgdOptions, sgd } from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { trajectories } from "../figures/trajectories.ts";
import { withNote } from "./with-note.ts";

const steps = 80;

/** ½w₁² + 10w₂²: curvatures 1 and 20. */
const valley = (w: NDArray): Scalar => w.square().mul([0.5, 10]).sum();

export function trajectoriesFigure(options: FigureOptions = {}): Figure {
  const runs = {
    "gradient descent": descend({ learningRate: 0.05 }),
    "momentum, averaging": descend({ learningRate: 0.05, momentum: 0.9, form: "average" }),
    "momentum, heavy ball": descend({ learningRate: 0.05, momentum: 0.9 }),
  };
  const figure = trajectories(valley, runs, {
    title: "Three descents of ½w₁² + 10w₂²",
    x: { label: "w₁", domain: [-6, 10] },
    y: { label: "w₂", domain: [-4, 4] },
    minimum: [0, 0],
    ...options,
  });
  return withNote(
    figure,
    "With rate 0.05 and curvature 20, 1 − ηλ is 0: plain descent ends w₂ in one step and does not zigzag, as the tutorial has it. Its momentum averages, which takes steps ten times smaller than the heavy ball.",
  );
}

function descend(rule: SgdOptions): NDArray[] {
  const optimizer = sgd(rule);
  const slope = grad(valley);
  const path: NDArray[] = [array([8, 3])];
  let state = optimizer.init(path[0]!);
  for (let t = 0; t < steps; t++) {
    const [next, after] = optimizer.step(path[t]!, slope(path[t]!), state);
    path.push(next);
    state = after;
  }
  return path;
}
