// Logistic regression by hand: a loss from scores, descent, and the line where the probability is one half.
import { array, concat, grad, type NDArray, ones } from "steepest";
import { moons } from "steepest/data";
import { bce } from "steepest/losses";
import { logisticRegression } from "steepest/models";
import { key } from "steepest/random";

const { X, y: labels } = moons({ samples: 300, noise: 0.2, key: key(42) });
const y = array(labels);
const design = concat([X, ones([300, 1])], 1);

// From scores z, softplus(z) − y·z: exact for scores of any size. −log(p + 1e-8) would stop at 18.42.
const loss = (w: NDArray) => bce(design.matmul(w), y);
console.log(bce(array([-40]), array([1])).item()); // 40
const capped = -Math.log(1 / (1 + Math.exp(40)) + 1e-8);
console.log(capped.toFixed(2)); // 18.42

let w: NDArray = array([0, 0, 0]);
const losses: number[] = [];
for (let step = 0; step < 2000; step++) {
  losses.push(loss(w).item());
  w = w.sub(grad(loss)(w).mul(0.5));
}
console.log(
  Math.abs(losses[0]! - Math.LN2) < 1e-14,
  losses.every((value, i) => i === 0 || value <= losses[i - 1]!),
); // true true

// The gradient is Xᵀ(σ(z) − y)/n.
const byHand = design.T.matmul(design.matmul(w).sigmoid().sub(y)).div(300);
console.log(grad(loss)(w).sub(byHand).abs().max().item() < 1e-15); // true

// The optimum, by Newton; descent is close to it, from above.
const { coef, intercept, report } = logisticRegression({ tolerance: 1e-12 }).fit(X, labels);
console.log(report.status, losses.at(-1)! - report.objective < 1e-4, losses.at(-1)! >= report.objective); // converged true true
console.log(Math.abs(w.at(1).item() - coef.at(1).item()) < 0.1); // true

// On the boundary x₂ = −(w₁x₁ + b)/w₂ the probability is one half.
const [w1, w2] = coef.toArray() as [number, number];
const boundary = (x1: number) => -(w1 * x1 + intercept.item()) / w2;
const at = [-1, 0, 2].map((x1) =>
  array([x1, boundary(x1)])
    .dot(coef)
    .add(intercept.item())
    .sigmoid()
    .item(),
);
console.log(at); // [0.5, 0.5, 0.5]
