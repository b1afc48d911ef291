// Linear regression by the normal equation and by gradient descent; why the constant needs 10,000 steps, and what helps.
import { array, concat, grad, type NDArray, ones } from "steepest";
import { eigh, solve } from "steepest/linalg";
import { mse } from "steepest/losses";
import { key, normal, split, uniform } from "steepest/random";

// y = 3x + 2 + noise. One key for x, another one for the noise: with the same key the noise would follow x.
const [forX, forNoise] = split(key(42), 2);
const n = 100;
const x = uniform(forX, [n, 1], { high: 10 });
const y = x
  .flatten()
  .mul(3)
  .add(2)
  .add(normal(forNoise, [n], { std: 1.5 }));
const X = concat([x, ones([n, 1])], 1);

const exact = solve(X.T.matmul(X), X.T.matmul(y));
console.log(Math.abs(exact.at(0).item() - 3) < 0.2, Math.abs(exact.at(1).item() - 2) < 1); // true true

// The loss (1/n)Σe² has the Hessian (2/n)XᵀX: its largest and smallest curvature say how fast descent can be.
const loss = (w: NDArray) => mse(X.matmul(w), y);
const { values } = eigh(X.T.matmul(X).mul(2 / n));
const [mu, L] = [values.min().item(), values.max().item()];
const condition = L / mu;
console.log(condition > 100 && condition < 250); // true

/** Losses on the way, and where it ends. */
function descend(learningRate: number, steps: number): { w: NDArray; losses: number[] } {
  let w: NDArray = array([0, 0]);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    losses.push(loss(w).item());
    w = w.sub(grad(loss)(w).mul(learningRate));
  }
  return { w, losses };
}
const off = (w: NDArray) => w.sub(exact).abs().max().item();

// η = 0.005 for 500 steps looks converged in the curve of losses; the constant is not there yet.
const short = descend(0.005, 500);
console.log(short.losses.at(-1)! < 1.2 * loss(exact).item(), off(short.w) > 0.1); // true true
// The best constant rate, 2/(L + μ), shrinks the error by (κ − 1)/(κ + 1) per step: predicted, and found.
const best = descend(2 / (L + mu), 2000);
const bound = exact.norm().item() * ((condition - 1) / (condition + 1)) ** 2000;
console.log(off(best.w) <= 1.001 * bound + 1e-12, off(best.w) < 1e-8); // true true
// A rate above 2/L diverges.
console.log(descend(2.1 / L, 100).losses.at(-1)! > 1e3); // true
