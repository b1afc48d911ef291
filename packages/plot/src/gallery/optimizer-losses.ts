import { array, compile, type NDArray, type Scalar, valueAndGrad } from "steepest";
import { bce } from "steepest/losses";
import { type LinearParams, mlp } from "steepest/nn";
import { adam, adamw, byRole, cosine, lion, muon, type Optimizer, partition, type Schedule, sgd } from "steepest/optim";
import { key } from "steepest/random";
import type { Figure, FigureOptions } from "../figure.ts";
import { curves } from "../figures/curves.ts";
import { trainingMoons } from "./moons.ts";
import { withNote } from "./with-note.ts";

const steps = 300;
const network = mlp([2, 16, 16, 1], { activation: "tanh" });
const isHidden = byRole<LinearParams[], "muon" | "adamw">(network.roles, (role) =>
  role === "matrix" ? "muon" : "adamw",
);

const falling = (base: number): Schedule => cosine({ base, steps });

const rules: Readonly<Record<string, Optimizer>> = {
  "gradient descent, rate 0.5": sgd({ learningRate: falling(0.5) }),
  "heavy ball, rate 0.1": sgd({ learningRate: falling(0.1), momentum: 0.9 }),
  "Adam, rate 0.05": adam({ learningRate: falling(0.05) }),
  "Lion, rate 0.01": lion({ learningRate: falling(0.01) }),
  "Muon, rate 0.05": partition(isHidden, {
    muon: muon({ learningRate: falling(0.05) }),
    adamw: adamw({ learningRate: falling(0.05) }),
  }),
};

export function optimizerLossesFigure(options: FigureOptions = {}): Figure {
  const runs = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, lossesOf(rule)]));
  const figure = curves(runs, { title: "Loss by optimizer", scale: "log", ...options });
  return withNote(
    figure,
    "A network of 2, 16, 16 and 1 units on all 300 moons, from equal weights; all rates fall to 0 along a cosine. They are about the largest with which the loss does not jump: another problem has other rates and another order.",
  );
}

/** Before every step, and after the last. */
export function lossesOf(optimizer: Optimizer): number[] {
  const { X, y } = trainingMoons();
  const labels = array(y.map(Number));
  const loss = (p: LinearParams[]): Scalar => bce(network.apply(p, X).flatten(), labels as NDArray);
  const slope = compile((p: LinearParams[]) => valueAndGrad(loss)(p));
  let params = network.init(key(5));
  let state = optimizer.init(params);
  const losses: number[] = [];
  for (let t = 0; t <= steps; t++) {
    const { value, grad } = slope(params);
    losses.push(value.item());
    [params, state] = optimizer.step(params, grad, state);
  }
  return losses;
}
