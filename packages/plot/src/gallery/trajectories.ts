import type { NDArray, Scalar } from "steepest";
import { adam, sgd } from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { trajectories } from "../figures/trajectories.ts";
import { descend } from "./descend.ts";
import { withNote } from "./with-note.ts";

const learningRate = 0.05;

/** ½w₁² + 10w₂²: curvatures 1 and 20. */
const valley = (w: NDArray): Scalar => w.square().mul([0.5, 10]).sum();

export function trajectoriesFigure(options: FigureOptions = {}): Figure {
  const rules = {
    "gradient descent": sgd({ learningRate }),
    "momentum, averaging": sgd({ learningRate, momentum: 0.9, form: "average" }),
    "momentum, heavy ball": sgd({ learningRate, momentum: 0.9 }),
    Adam: adam({ learningRate }),
  };
  const runs = Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, descend(valley, [8, 3], rule, 80)]),
  );
  const figure = trajectories(valley, runs, {
    title: "Four descents of ½w₁² + 10w₂²",
    x: { label: "w₁", domain: [-6, 10] },
    y: { label: "w₂", domain: [-4, 4] },
    minimum: [0, 0],
    ...options,
  });
  return withNote(
    figure,
    "With rate 0.05 and curvature 20, 1 − ηλ is 0: plain descent ends w₂ in one step and does not zigzag, as the tutorial has it. Its momentum averages, which takes steps ten times smaller than the heavy ball. Adam goes straight, as it says, but 0.05 per step at most: of the four it is farthest from the minimum.",
  );
}
