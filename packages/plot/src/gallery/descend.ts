// A path of an optimizer over a surface, from a start.
import { array, compile, type NDArray, type Scalar, valueAndGrad } from "steepest";
import type { Optimizer } from "steepest/optim";

/** All points, the start included. */
export function descend(
  f: (w: NDArray) => Scalar,
  start: readonly [number, number],
  optimizer: Optimizer,
  steps: number,
): NDArray[] {
  const slope = compile((w: NDArray) => valueAndGrad(f)(w).grad);
  const path: NDArray[] = [array([...start])];
  let state = optimizer.init(path[0]!);
  for (let t = 0; t < steps; t++) {
    const [next, after] = optimizer.step(path[t]!, slope(optimizer.gradParams(path[t]!, state)), state);
    path.push(next);
    state = after;
  }
  return path;
}
