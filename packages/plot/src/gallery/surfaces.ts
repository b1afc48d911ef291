// Two standard surfaces: a curved valley, and a plateau with ridges.
import { array, type NDArray, type Scalar } from "steepest";
import { adam, type Optimizer, sgd } from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { trajectories } from "../figures/trajectories.ts";
import { descend } from "./descend.ts";
import { withNote } from "./with-note.ts";

/** (1 − x)² + 100(y − x²)² */
export const rosenbrock = (w: NDArray): Scalar => {
  const [x, y] = [w.at(0), w.at(1)];
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100)) as Scalar;
};

const targets = array([1.5, 2.25, 2.625]);

/** Σₖ (cₖ − x + x·yᵏ)², c = 1.5, 2.25, 2.625 */
export const beale = (w: NDArray): Scalar => {
  const [x, y] = [w.at(0), w.at(1)];
  const powers = [y, y.square(), y.mul(y.square())];
  const parts = powers.map((power, k) => x.mul(power.sub(1)).add(targets.at(k)).square());
  return parts[0]!.add(parts[1]!).add(parts[2]!) as Scalar;
};

const rosenbrockSteps = 1000;

export function rosenbrockFigure(options: FigureOptions = {}): Figure {
  const figure = trajectories(
    rosenbrock,
    runsOf(rosenbrock, [-1.2, 1], rosenbrockSteps, {
      "gradient descent, rate 0.001": sgd({ learningRate: 0.001 }),
      "heavy ball, rate 0.001": sgd({ learningRate: 0.001, momentum: 0.9 }),
      "Adam, rate 0.05": adam({ learningRate: 0.05 }),
    }),
    {
      title: "Rosenbrock's valley",
      x: { label: "x", domain: [-1.75, 1.75] },
      y: { label: "y", domain: [-0.75, 2] },
      minimum: [1, 1],
      levels: [2, 8, 32, 128, 512],
      ...options,
    },
  );
  return withNote(
    figure,
    "At (1, 1) the curvatures are 0.4 and 1,002: the floor of the valley is found at once, the way along it takes the rest.",
  );
}

export function bealeFigure(options: FigureOptions = {}): Figure {
  const figure = trajectories(
    beale,
    runsOf(beale, [1, 1], 120, {
      "gradient descent, rate 0.01": sgd({ learningRate: 0.01 }),
      "heavy ball, rate 0.01": sgd({ learningRate: 0.01, momentum: 0.9 }),
      "Adam, rate 0.1": adam({ learningRate: 0.1 }),
    }),
    {
      title: "Beale's function",
      x: { label: "x", domain: [0, 4] },
      y: { label: "y", domain: [-1, 1.5] },
      minimum: [3, 0.5],
      levels: [0.1, 0.5, 2, 8, 32, 128],
      ...options,
    },
  );
  return withNote(
    figure,
    "The minimum is 0 at (3, ½), at the end of a flat valley, where small gradients make plain descent slow. On y = 1, where they start, the function does not depend on x: descent leaves it straight down.",
  );
}

function runsOf(
  f: (w: NDArray) => Scalar,
  start: readonly [number, number],
  steps: number,
  rules: Readonly<Record<string, Optimizer>>,
): Record<string, NDArray[]> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, descend(f, start, rule, steps)]));
}
