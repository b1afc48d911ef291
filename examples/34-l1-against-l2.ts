// L1 and L2 on data of which 3 of 20 columns matter: exact zeros by proximal steps, shrinkage by descent.
import { array, grad, type NDArray } from "steepest";
import { linearData } from "steepest/data";
import { halfSquared } from "steepest/losses";
import { linearRegression } from "steepest/models";
import { l1, l2, type Penalty } from "steepest/penalties";
import { key } from "steepest/random";

const coef = [3, -2, 1.5, ...Array.from({ length: 17 }, () => 0)];
const { X, y } = linearData({ samples: 200, coef, noise: 0.5, key: key(0) });
const target = array(y);
const loss = (w: NDArray) => halfSquared(X.matmul(w), target);
const zeros = (w: NDArray) => w.toArray().filter((v) => v === 0).length;

/** w ← prox(w − t·∇loss): the penalty is never differentiated. */
function proximalDescent(penalty: Penalty, t = 0.5, steps = 400): NDArray {
  let w: NDArray = array(coef.map(() => 0));
  for (let i = 0; i < steps; i++) w = penalty.prox(w.sub(grad(loss)(w).mul(t)), t);
  return w;
}
const [sparse, shrunk] = [proximalDescent(l1(0.1)), proximalDescent(l2(0.1))];
console.log(zeros(sparse) >= 10, zeros(shrunk)); // true 0
console.log(sparse.at([0, 3]).abs().min().item() > 1); // true

// Descent on the value of the L1 penalty hovers around 0 and finds no zero.
let hovering: NDArray = array(coef.map(() => 0.01));
for (let i = 0; i < 400; i++) {
  hovering = hovering.sub(grad((w: NDArray) => loss(w).add(l1(0.1).value(w)))(hovering).mul(0.5));
}
console.log(zeros(hovering)); // 0

// The L2 solution is ridge regression, in closed form.
const ridge = linearRegression({ l2: 0.1, intercept: false }).fit(X, y);
console.log(shrunk.sub(ridge.coef).abs().max().item() < 1e-10); // true

// At the lasso's solution every slope of the loss is −λ·sign(w), or within ±λ where w is 0.
const slope = grad(loss)(sparse).toArray();
const stationary = sparse
  .toArray()
  .map((w, j) => (w === 0 ? Math.abs(slope[j]!) <= 0.1 : Math.abs(slope[j]! + 0.1 * Math.sign(w)) < 1e-10));
console.log(stationary.every(Boolean)); // true

// What the penalties say about the weights before the data are seen: σ²/(nλ) with noise of variance 0.25.
console.log(l1(0.1).prior(200, 0.25), l2(0.1).prior(200, 0.25)); // { family: "laplace", scale: 0.0125 } { family: "gaussian", variance: 0.0125 }
