// Linear regression: in closed form, by descent with its loss curve, and by single samples; one objective.
import { array, type NDArray, type Scalar } from "steepest";
import { mse } from "steepest/losses";
import { linearRegression, stochastic } from "steepest/models";
import { sgd } from "steepest/optim";
import { key } from "steepest/random";
import { gradientDescent, minimize } from "steepest/solve";

const X = array([[1], [2], [3]]);
const y = array([5, 8, 11]);

const exact = linearRegression().fit(X, y); // Cholesky or QR; `l2` makes it ridge
console.log(
  exact
    .predict([[4]])
    .toArray()
    .map(Math.round),
); // [14]
console.log(exact.coef.item().toFixed(9), exact.intercept.item().toFixed(9)); // 3.000000000 2.000000000

interface Line {
  w: NDArray;
  b: Scalar;
}
const model = (p: Line) => X.matmul(p.w).add(p.b);
const descent = minimize(
  (p: Line) => mse(model(p), y),
  { w: [0], b: 0 },
  { solver: gradientDescent({ learningRate: "auto" }), maxSteps: 500, keepHistory: true },
);
const losses = descent.history.map((step) => step.value);
console.log(losses[0], descent.status); // 70 converged

// Batch, mini-batch and single-sample descent are one setting.
const noisy = linearRegression({
  solver: stochastic({ optimizer: sgd({ learningRate: 0.05 }), batchSize: 1, epochs: 200, key: key(0), average: true }),
}).fit(X, y);
console.log(Math.abs(noisy.coef.item() - 3) < 0.05); // true
