// Functions that every solver is judged by, with the minima that are known.
import type { NDArray, Scalar } from "../array/index.ts";

/** A smooth function, where to start, and the minimum that descent finds from there. */
export interface StandardProblem {
  readonly name: string;
  readonly f: (x: NDArray) => Scalar;
  readonly start: readonly number[];
  readonly at: readonly number[];
}

/** A function without a minimum to find, or a start from where none can be found. */
export interface HopelessProblem {
  readonly name: string;
  readonly f: (x: NDArray) => Scalar;
  readonly start: readonly number[];
}

/** Σ (1 − xᵢ)² + 100·(xᵢ₊₁ − xᵢ²)²: a curved valley. Rosenbrock (1960). */
const rosenbrock = (p: NDArray): Scalar => {
  const [head, tail] = [p.at([0, p.size - 1]), p.at([1, p.size])];
  return head.sub(1).square().add(tail.sub(head.square()).square().mul(100)).sum();
};

/** Flat far away, steep at the corners. Beale (1958). */
const beale = (p: NDArray): Scalar => {
  const [x, y] = [p.at(0), p.at(1)];
  const term = (c: number, k: number) => x.mul(y.pow(k)).sub(x).add(c).square();
  return term(1.5, 1).add(term(2.25, 2)).add(term(2.625, 3)).sum();
};

/** (x² + y − 11)² + (x + y² − 7)²: four minima. Himmelblau (1972). */
const himmelblau = (p: NDArray): Scalar => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.square().add(y).sub(11).square().add(x.add(y.square()).sub(7).square()).sum();
};

const CURVATURES = [1, 10, 1e3, 1e5, 1e6];
const bowl = (p: NDArray): Scalar => p.sub([1, -2, 3, -4, 5]).square().mul(CURVATURES).sum().mul(0.5);
const roundBowl = (p: NDArray): Scalar => p.sub([3, -1, 2]).square().sum();

export const standardProblems: readonly StandardProblem[] = [
  { name: "a round bowl", f: roundBowl, start: [0, 0, 0], at: [3, -1, 2] },
  { name: "a bowl of condition 1e6", f: bowl, start: [0, 0, 0, 0, 0], at: [1, -2, 3, -4, 5] },
  { name: "Rosenbrock", f: rosenbrock, start: [-1.2, 1], at: [1, 1] },
  { name: "Rosenbrock from far away", f: rosenbrock, start: [100, 100], at: [1, 1] },
  {
    name: "Rosenbrock in 20 variables",
    f: rosenbrock,
    start: Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
    at: new Array<number>(20).fill(1),
  },
  { name: "Beale", f: beale, start: [1, 1], at: [3, 0.5] },
  { name: "Himmelblau, first minimum", f: himmelblau, start: [2, 2], at: [3, 2] },
  { name: "Himmelblau, second minimum", f: himmelblau, start: [-3, 3], at: [-2.805118086952745, 3.131312518250573] },
  { name: "Himmelblau, third minimum", f: himmelblau, start: [-3, -3], at: [-3.779310253377747, -3.283185991286169] },
  { name: "Himmelblau, fourth minimum", f: himmelblau, start: [3, -3], at: [3.584428340330491, -1.848126526964404] },
];

export const hopelessProblems: readonly HopelessProblem[] = [
  { name: "a slope without end", f: (x) => x.sum(), start: [1, 2] },
  { name: "a hill", f: (x) => x.square().sum().neg(), start: [0.5, -0.25] },
  { name: "a cubic that always falls", f: (x) => x.mul(x.square()).add(x).sum(), start: [1] },
  { name: "a saddle", f: (x) => x.square().mul([1, -1]).sum(), start: [1, 1e-3] },
  { name: "a start where f is NaN", f: (x) => x.log().sum(), start: [-1] },
  { name: "a start where f is infinite", f: (x) => x.square().pow(-1).sum(), start: [0] },
  // slopes −1 and 3, and 1 exactly at the minimum
  { name: "a kink at the minimum", f: (x) => x.abs().mul(2).add(x).sum(), start: [0.7] },
];
