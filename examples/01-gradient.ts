// Gradient, Jacobian and Hessian, and the check against differences.
import { checkGradient, grad, hessian, hvp, jacobian, type NDArray, type Scalar, stack } from "steepest";

// f(x, y) = x² + xy + y² has the gradient (2x + y, x + 2y).
const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.square().add(x.mul(y)).add(y.square());
const g = grad(f)({ x: 1, y: 2 });
console.log(g.x.item(), g.y.item()); // 4 5
console.log(checkGradient(f, { x: 1, y: 2 }, { order: 2 }).passed); // true

// The same as a function of one vector.
const q = (p: NDArray): Scalar =>
  p
    .square()
    .sum()
    .add(p.at(0).dot(p.at(1)));
console.log(hessian(q)([1, 2]).toNested()); // [[2, 1], [1, 2]]
console.log(hvp(q)([1, 2], [1, 0]).toArray()); // [2, 1]

// A function with several results.
const polar = (p: NDArray) => stack([p.at(0).mul(p.at(1).exp()), p.at(0).square()]);
console.log(jacobian(polar)([1, 0]).toNested()); // [[1, 1], [2, 0]]

// Derivatives are functions: take them again.
const sine = (x: Scalar) => x.sin();
console.log(grad((x: Scalar) => grad(sine)(x))(0).item()); // -0
