// Every solver on the functions that everybody uses.
import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import line from "./golden/line.json" with { type: "json" };
import {
  backtracking,
  gradientDescent,
  kktResiduals,
  lbfgs,
  type MinimizeOptions,
  type Minimizer,
  minimize,
  wolfe,
} from "./index.ts";

const rosenbrock = (p: NDArray): Scalar => {
  const [head, tail] = [p.at([0, p.size - 1]), p.at([1, p.size])];
  return head.sub(1).square().add(tail.sub(head.square()).square().mul(100)).sum();
};
const beale = (p: NDArray): Scalar => {
  const [x, y] = [p.at(0), p.at(1)];
  const term = (c: number, k: number) => x.mul(y.pow(k)).sub(x).add(c).square();
  return term(1.5, 1).add(term(2.25, 2)).add(term(2.625, 3)).sum();
};
const himmelblau = (p: NDArray): Scalar => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.square().add(y).sub(11).square().add(x.add(y.square()).sub(7).square()).sum();
};
const CURVATURES = [1, 10, 1e3, 1e5, 1e6];
const bowl = (p: NDArray): Scalar => p.sub([1, -2, 3, -4, 5]).square().mul(CURVATURES).sum().mul(0.5);

const problems: readonly { name: string; f: (p: NDArray) => Scalar; start: number[]; at: number[] }[] = [
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
  { name: "a bowl of condition 1e6", f: bowl, start: [0, 0, 0, 0, 0], at: [1, -2, 3, -4, 5] },
];

interface SolverRow {
  readonly name: string;
  readonly solver: Minimizer;
  readonly maxSteps: number;
  /** Problems that the method is not made for. */
  readonly not?: readonly string[];
}

/** A new solver adds a row. */
const solvers: readonly SolverRow[] = [
  { name: "lbfgs", solver: lbfgs(), maxSteps: 200 },
  { name: "lbfgs that backtracks", solver: lbfgs({ lineSearch: backtracking() }), maxSteps: 500 },
  { name: "lbfgs that searches exactly", solver: lbfgs({ lineSearch: wolfe({ curvature: 0.01 }) }), maxSteps: 200 },
  { name: "lbfgs with two pairs", solver: lbfgs({ memory: 2 }), maxSteps: 1000, not: ["a bowl of condition 1e6"] },
  {
    name: "gradientDescent",
    solver: gradientDescent({ learningRate: "auto" }),
    maxSteps: 2000,
    not: ["Rosenbrock", "Rosenbrock from far away", "Rosenbrock in 20 variables", "Beale", "a bowl of condition 1e6"],
  },
];

const norm = (xs: readonly number[]) => Math.max(...xs.map(Math.abs));

describe.each(solvers)("$name", ({ solver, maxSteps, not = [] }) => {
  it.each(problems.filter(({ name }) => !not.includes(name)))("solves $name", ({ f, start, at }) => {
    const solution = minimize(f, start, { solver, maxSteps });
    expect(solution.status).toBe("converged");
    expect(norm(grad(f)(solution.x).toArray())).toBeLessThanOrEqual(2e-8); // the tolerance, computed from outside
    // gradient 2e-8 over a smallest curvature of .4 at worst (Rosenbrock)
    expect(norm(solution.x.sub(at).toArray())).toBeLessThan(1e-7);
  });
});

describe("near the optimum, where differences of f are rounding", () => {
  it.each(problems)("$name reaches 1e-10 of the first gradient, on top of a value of 5", ({ f, start }) => {
    const raised = (p: NDArray) => f(p).add(5);
    const first = kktResiduals(raised, start).stationarity;
    const options: MinimizeOptions<NDArray> = { rtol: 0, atol: 1e-10 * Math.min(first, 1e2), maxSteps: 500 };
    const solution = minimize(raised, start, options);
    expect(solution.status).toBe("converged");
    expect(solution.kkt.stationarity).toBeLessThanOrEqual(1e-10 * first);
  });

  it("stalls, and says so, when the tolerance is below what f64 can reach", () => {
    const [X, y] = [array(line.x), array(line.y)];
    const f = (p: NDArray) => X.mul(p.at(0)).add(p.at(1)).sub(y).square().mean();
    const solution = minimize(f, [0, 0], { rtol: 0, atol: 1e-300 });
    expect(solution.status).toBe("stalled");
    expect(solution.stats.steps).toBeLessThan(30);
    expect(solution.kkt.stationarity).toBeLessThan(1e-11); // sums of 100 terms of size up to 600
  });
});

describe("functions with edges", () => {
  it("a kink does not pass for an optimum: the minimum is found, and the slope there is not 0", () => {
    const tilted = (p: Scalar) => p.abs().mul(2).add(p).sub(0.3); // slopes −1 and 3, and 1 exactly at the minimum 0
    const solution = minimize(tilted, 0.7);
    expect(["stalled", "line-search-failed"]).toContain(solution.status);
    expect(Math.abs(solution.x.item())).toBeLessThan(1e-9);
    expect(solution.kkt.stationarity).toBeGreaterThanOrEqual(1);
  });

  it("steps back from a region where f is NaN", () => {
    const f = (p: Scalar) => p.log().neg().add(p); // minimum 1, NaN for p < 0
    const solution = minimize(f, 30);
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(1, 7);
  });

  it("a steep scale does not stop it: 1e8·x²", () => {
    expect(minimize((p: Scalar) => p.sub(0.1).square().mul(1e8), 4).x.item()).toBeCloseTo(0.1, 12);
  });
});
