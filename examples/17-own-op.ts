// An operation of one's own: composed, elementwise with its slope, or with a custom derivative; and traced control flow.
import { array, cond, customGradient, grad, type NDArray, type Scalar, scan, where } from "steepest";
import { defineUnary } from "steepest/ops";

// Composed: nothing to declare. `where` never lets the branch that is not taken into the derivative.
const safeSqrt = (x: NDArray) => where(x.greater(0), x.sqrt(), 0);
console.log(grad((x: NDArray) => safeSqrt(x).sum())([0, 4]).toArray()); // [0, 0.25]

/** x / (1 + |x|) */
const softsign = defineUnary({
  name: "softsign",
  value: (x) => x / (1 + Math.abs(x)),
  slope: (x) => x.abs().add(1).pow(-2), // in array operations: it can be differentiated again
  domain: [-1e6, 1e6],
  kinks: [],
});
console.log(grad((x: Scalar) => softsign(x))(1).item()); // 0.25

/** Rounds; the derivative passes through. */
const roundThrough = customGradient({
  name: "roundThrough",
  forward: (x) => ({ value: x.round(), saved: undefined }),
  backward: (_saved, adjoint) => adjoint,
  tangent: (_saved, v) => v,
});
console.log(grad((x: NDArray) => roundThrough(x).square().sum())([1.2, 2.7]).toArray()); // [2, 6]

// Loops and branches that depend on values are operations, so that they can be traced and differentiated.
const decayedSum = (xs: NDArray) =>
  scan((carry: NDArray, x: NDArray) => [carry.mul(0.5).add(x), carry] as const, xs.at(0).zerosLike(), xs)[0];
console.log(grad((xs: NDArray) => decayedSum(xs) as Scalar)([1, 1, 1]).toArray()); // [0.25, 0.5, 1]
const clipIfLarge = (g: NDArray) =>
  cond(
    g.norm().greater(1),
    () => g.div(g.norm()),
    () => g,
  );
console.log(clipIfLarge(array([3, 4])).toArray(), clipIfLarge(array([0.3, 0.4])).toArray()); // [0.6, 0.8] [0.3, 0.4]
