// Constrained problems that solvers are judged by, with the optimal values that are known in closed form.
import type { NDArray, Scalar } from "../array/index.ts";
import { type Constraint, equality, inequality } from "../solve/index.ts";

interface Bounds {
  readonly lower?: number[];
  readonly upper?: number[];
}

export interface ConstrainedProblem {
  readonly name: string;
  readonly f: (x: NDArray) => Scalar;
  readonly start: readonly number[];
  readonly constraints: readonly Constraint<NDArray>[];
  readonly bounds?: Bounds;
  readonly value: number;
}

export interface InfeasibleProblem {
  readonly name: string;
  readonly f: (x: NDArray) => Scalar;
  readonly start: readonly number[];
  readonly constraints: readonly Constraint<NDArray>[];
  readonly bounds?: Bounds;
}

const squares = (p: NDArray): Scalar => p.square().sum();
const sumIs = (total: number) => equality((p: NDArray) => p.sum().sub(total));

export const constrainedProblems: readonly ConstrainedProblem[] = [
  {
    name: "a bowl in a box",
    f: (p) => p.sub([3, -2, 0.5]).square().mul([1, 10, 100]).sum(),
    start: [0, 0, 0],
    constraints: [],
    bounds: { lower: [-1, -1, -1], upper: [1, 1, 1] },
    value: 4 + 10,
  },
  { name: "a circle on a line", f: squares, start: [3, -1], constraints: [sumIs(1)], value: 0.5 },
  {
    name: "a slope on a disk",
    f: (p) => p.sum(),
    start: [0.5, -0.5],
    constraints: [inequality((p) => p.square().sum().neg().add(1))],
    value: -Math.SQRT2,
  },
  {
    name: "a product with line, hyperbola and bounds",
    // min x + 2y with xy ≥ 2, x + y = 3.5, 0.1 ≤ x, y ≤ 9: x = (3.5 + √4.25)/2, y = 3.5 − x
    f: (p) => p.mul([1, 2]).sum(),
    start: [2, 1.5],
    constraints: [sumIs(3.5), inequality((p) => p.at(0).mul(p.at(1)).sub(2))],
    bounds: { lower: [0.1, 0.1], upper: [9, 9] },
    value: 7 - (3.5 + Math.sqrt(4.25)) / 2,
  },
];

export const infeasibleProblems: readonly InfeasibleProblem[] = [
  {
    name: "a line outside of its box",
    f: squares,
    start: [0.5, 0.5],
    constraints: [sumIs(3)],
    bounds: { lower: [0, 0], upper: [1, 1] },
  },
  {
    name: "two half planes that do not meet",
    f: squares,
    start: [0.5, 0.5],
    constraints: [inequality((p) => p.sum().sub(1)), inequality((p) => p.sum().neg().sub(1))],
  },
  {
    name: "two circles that do not meet",
    f: squares,
    start: [3, 1],
    constraints: [equality((p) => p.square().sum().sub(1)), equality((p) => p.sub([5, 0]).square().sum().sub(1))],
  },
];
