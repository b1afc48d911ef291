// Four optimizers on L = ½w₁² + 10w₂² from (8, 3): with this rate plain descent does not zigzag, and Adam comes last.
import { array, grad, type NDArray } from "steepest";
import { adam, type Optimizer, sgd } from "steepest/optim";

const loss = (w: NDArray) => w.square().mul([0.5, 10]).sum();

function run(optimizer: Optimizer, steps = 80): NDArray[] {
  let w: NDArray = array([8, 3]);
  let state = optimizer.init(w);
  const path = [w];
  for (let i = 0; i < steps; i++) {
    [w, state] = optimizer.step(w, grad(loss)(w), state);
    path.push(w);
  }
  return path;
}
const learningRate = 0.05;
const paths = {
  sgd: run(sgd({ learningRate })),
  average: run(sgd({ learningRate, momentum: 0.9, form: "average" })), // v ← βv + (1 − β)g, as many texts write it
  heavyBall: run(sgd({ learningRate, momentum: 0.9 })),
  adam: run(adam({ learningRate })),
};
const ends = Object.entries(paths).map(([name, path]) => `${name} ${loss(path.at(-1)!).item().toFixed(4)}`);
console.log(ends.join(", "));
// sgd 0.0087, average 0.0272, heavyBall 0.0030, adam 10.0263

// 1 − η·20 = 0: the steep direction is solved in one step.
console.log(paths.sgd[1]!.toArray()); // [7.6, 0]
// A zigzag needs 1/20 < η < 2/20.
const zigzag = run(sgd({ learningRate: 0.09 }), 4).map((w) => Math.sign(w.at(1).item()));
console.log(zigzag); // [1, -1, 1, -1, 1]
// Adam's first steps have length η in each coordinate, whatever the slope.
console.log(paths.adam[1]!.toArray()); // [7.95, 2.95]
