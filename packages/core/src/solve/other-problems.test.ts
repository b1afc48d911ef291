// Least squares, roots, one variable, several starts, and derivatives of solutions.
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray, type Scalar, stack } from "../array/index.ts";
import { grad, jacobian } from "../autodiff/index.ts";
import { ConvergenceError, OptionError, ShapeError, TraceError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { findRoot, findRootIn, implicitMinimize, implicitQp, leastSquares, minimizeIn, multiStart } from "./index.ts";

const methods = ["levenberg-marquardt", "dogleg", "gauss-newton"] as const;

describe.each(methods)("leastSquares by %s", (method) => {
  it("solves Rosenbrock as residuals", () => {
    const r = (p: NDArray) => stack([p.at(1).sub(p.at(0).square()).mul(10), p.at(0).neg().add(1)]).flatten();
    const { status, x, residuals, covariance } = leastSquares(r, [-1.2, 1], { method });
    expect(status).toBe("converged");
    expect(x.toArray().map((v) => Number(v.toFixed(7)))).toEqual([1, 1]);
    expect(residuals.shape).toEqual([2]);
    expect(covariance).toBeUndefined(); // as many residuals as variables
  });

  it("fits an exponential inside of bounds", () => {
    const t = array([0, 0.5, 1, 1.5, 2, 2.5, 3]);
    const y = t.mul(-0.7).exp().mul(2.5);
    const r = (p: NDArray) => t.mul(p.at(1)).exp().mul(p.at(0)).sub(y);
    const free = leastSquares(r, [1, 0], { method });
    expect(free.x.toArray().map((v) => Number(v.toFixed(6)))).toEqual([2.5, -0.7]);
    const held = leastSquares(r, [1, 0], { method, bounds: { lower: [0, -0.5], upper: [9, 9] } });
    expect(held.status).toBe("converged");
    expect(held.x.toArray()[1]).toBe(-0.5);
    expect(held.multipliers.lower.toArray()[1]).toBeGreaterThan(0.01);
  });
});

describe("leastSquares", () => {
  it("gives the covariance of a line: s²(JᵀJ)⁻¹", () => {
    const t = array([0, 1, 2, 3]);
    const y = array([1.1, 2.9, 5.2, 6.8]);
    const { x, covariance } = leastSquares((p: NDArray) => t.mul(p.at(1)).add(p.at(0)).sub(y), [0, 0]);
    // closed form: slope 1.94, intercept 1.09; Σr² = 0.082, s² = 0.041
    expect(x.toArray().map((v) => Number(v.toFixed(7)))).toEqual([1.09, 1.94]);
    const C = covariance!.toNested() as number[][];
    expect(C[1]![1]).toBeCloseTo(0.041 / 5, 9);
    expect(C[0]![0]).toBeCloseTo((0.041 * 14) / 20, 9);
    expect(C[0]![1]).toBeCloseTo((-0.041 * 6) / 20, 9);
  });

  it("has no covariance where columns of the Jacobian depend on each other", () => {
    const r = (p: NDArray) =>
      array([1, 2, 3, 4])
        .mul(p.at(0).add(p.at(1)))
        .sub(1);
    const { status, covariance } = leastSquares(r, [0, 0]);
    expect(status).toBe("converged");
    expect(covariance).toBeUndefined();
  });

  it("robust losses look past an outlier", () => {
    const t = array(Array.from({ length: 20 }, (_, i) => i / 4));
    const y = array(Array.from({ length: 20 }, (_, i) => 2 + (3 * i) / 4 + (i === 15 ? 30 : 0)));
    const r = (p: NDArray) => t.mul(p.at(1)).add(p.at(0)).sub(y);
    const slope = (loss: "linear" | "huber" | "soft-l1") => leastSquares(r, [0, 0], { loss }).x.toArray()[1]!;
    expect(Math.abs(slope("linear") - 3)).toBeGreaterThan(0.5);
    expect(Math.abs(slope("huber") - 3)).toBeLessThan(0.12);
    expect(Math.abs(slope("soft-l1") - 3)).toBeLessThan(0.12);
  });

  it("says NaN and refuses unknown options", () => {
    expect(leastSquares((p: NDArray) => p.log(), [-1]).status).toBe("nonfinite");
    expect(() => leastSquares((p: NDArray) => p, [1], { method: "lm" as never })).toThrow(OptionError);
  });
});

describe.each(["newton", "broyden"] as const)("findRoot by %s", (method) => {
  it("finds the crossing of circle and line, and that of Powell's badly scaled function", () => {
    const crossing = (p: NDArray) => stack([p.square().sum().sub(2), p.at(0).sub(p.at(1)).sum()]);
    const { status, x, kkt, value } = findRoot(crossing, [3, 1], { method });
    expect(status).toBe("converged");
    expect(kkt.feasibility).toBeLessThan(1e-7);
    expect(value).toBeLessThan(1e-14);
    expect(x.toArray().map((v) => Number(v.toFixed(6)))).toEqual([1, 1]);
    const powell = (p: NDArray) =>
      stack([p.at(0).mul(p.at(1)).mul(1e4).sub(1), p.neg().exp().sum().sub(1.0001)]).flatten();
    expect(findRoot(powell, [0, 1], { method, atol: 1e-12, rtol: 0 }).status).toBe("converged");
  });

  it("does not call a minimum of ‖F‖ a root", () => {
    const { status } = findRoot((p: NDArray) => p.square().add(1), [2], { method });
    expect(status).not.toBe("converged");
  });

  it("needs as many equations as unknowns", () => {
    expect(() => findRoot((p: NDArray) => p.sum().flatten(), [1, 2], { method })).toThrow(ShapeError);
  });
});

describe("one variable", () => {
  it("findRootIn: roots of smooth, flat and discontinuous functions", () => {
    expect(Math.abs(findRootIn((x) => x * x - 2, 0, 2).x - Math.SQRT2)).toBeLessThan(1e-12);
    expect(Math.abs(findRootIn((x) => (x - 1) ** 9, 0, 5).x - 1)).toBeLessThan(1e-10);
    expect(Math.abs(findRootIn((x) => (x < 0.3 ? -1 : 1), 0, 1).x - 0.3)).toBeLessThan(1e-11);
    expect(findRootIn((x) => x, 0, 1)).toEqual({ x: 0, status: "converged" });
    expect(findRootIn((x) => x * x + 1, -1, 1).status).toBe("infeasible");
    expect(findRootIn((x) => Math.log(x), -1, 2).status).toBe("nonfinite");
    expect(() => findRootIn((x) => x, 1, 1)).toThrow(OptionError);
  });

  it("findRootIn asks no more than twice as often as bisection", () => {
    let count = 0;
    findRootIn(
      (x) => {
        count++;
        return Math.exp(x) - 1e-3;
      },
      -40,
      40,
    );
    expect(count).toBeLessThan(2 * Math.log2(80 / 1e-12));
  });

  it("minimizeIn: to √ε, at ends, and past NaN", () => {
    expect(Math.abs(minimizeIn((x) => (x - 1) ** 2, -3, 4).x - 1)).toBeLessThan(1e-7);
    expect(Math.abs(minimizeIn(Math.cos, 0, 6).x - Math.PI)).toBeLessThan(1e-7);
    expect(minimizeIn((x) => x, 0, 1).x).toBeLessThan(1e-7);
    expect(Math.abs(minimizeIn((x) => x - Math.log(x), -2, 5).x - 1)).toBeLessThan(1e-6);
    expect(minimizeIn(() => Number.NaN, 0, 1).status).toBe("nonfinite");
  });
});

describe("multiStart", () => {
  const twoValleys = (p: NDArray): Scalar => p.square().sub(1).square().add(p.mul(0.1)).sum();
  it("keeps the best, all results, and says that nothing is proven", () => {
    const { x, all, message } = multiStart(twoValleys, [[2], [-2], [0.1]]);
    expect(x.toArray()[0]).toBeLessThan(-1);
    expect(all.length).toBe(3);
    expect(message).toContain("nothing is proven global");
    const drawn = multiStart(twoValleys, { count: 4, key: key(3), lower: [-2], upper: [2] });
    expect(drawn.all.length).toBe(4);
    expect(drawn.value).toBeCloseTo(x.toArray().map((v) => (v * v - 1) ** 2 + 0.1 * v)[0]!, 9);
    expect(multiStart(twoValleys, { count: 4, key: key(3), lower: [-2], upper: [2] }).x.toArray()).toEqual(
      drawn.x.toArray(),
    );
    expect(() => multiStart(twoValleys, [])).toThrow(OptionError);
  });
});

describe("derivatives of solutions", () => {
  const differences = (f: (t: number[]) => number[], t: readonly number[], h = 1e-5): number[][] => {
    const columns = t.map((_, k) => {
      const at = (d: number) => f(t.map((v, i) => (i === k ? v + d : v)));
      const [up, down] = [at(h), at(-h)];
      return up.map((v, i) => (v - down[i]!) / (2 * h));
    });
    return columns[0]!.map((_, i) => columns.map((column) => column[i]!));
  };
  const near = (a: readonly number[][], b: readonly number[][]) => {
    a.flat().forEach((v, i) => {
      expect(Math.abs(v - b.flat()[i]!)).toBeLessThan(1e-6);
    });
  };

  it("implicitMinimize: the projection on a plane, in closed form, in both modes and compiled into a loss", () => {
    const nearest = implicitMinimize((x, t) => x.sub(t).square().sum(), [0, 0, 0], {
      constraints: [{ kind: "equality", fn: (x) => x.sum().sub(1) }],
    });
    const expected = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 2 / 3 : -1 / 3)));
    near(jacobian((t) => nearest(t), { mode: "reverse" })([3, 1, 0]).toNested() as number[][], expected);
    near(jacobian((t) => nearest(t), { mode: "forward" })([3, 1, 0]).toNested() as number[][], expected);
  });

  it("implicitMinimize: inequality, bound and θ inside of a constraint, against differences", () => {
    const solution = implicitMinimize((x, t) => x.sub(t).square().sum().add(x.square().square().sum()), [0, 0, 0], {
      bounds: { lower: [-1, -1, 0.5], upper: [9, 9, 9] },
      constraints: [{ kind: "inequality", fn: (x, t) => t.at(0).square().add(0.2).sub(x.sum()) }],
    });
    const at = [0.9, 1.4, -0.7];
    const J = jacobian((t) => solution(t))(at).toNested() as number[][];
    near(
      J,
      differences((t) => solution(t).toArray(), at),
    );
    for (const v of J[2]!) expect(Math.abs(v)).toBe(0); // held at its bound
  });

  it("implicitQp: q, sides and P depend on θ", () => {
    const solution = implicitQp((t) => ({
      P: eye(2).mul(t.at(0).square().add(1)),
      q: stack([t.at(1), t.at(2)])
        .flatten()
        .neg(),
      A: array([
        [1, 1],
        [1, 0],
      ]),
      lower: array([-Infinity, -9]),
      upper: stack([t.at(0), t.at(1).mul(0.2)]).flatten(),
    }));
    const at = [0.7, 2, 1.5];
    near(
      jacobian((t) => solution(t))(at).toNested() as number[][],
      differences((t) => solution(t).toArray(), at),
    );
  });

  it("says what it cannot: no solution, and second derivatives", () => {
    const never = implicitQp((t) => ({ q: t, A: eye(1), lower: array([1]), upper: array([Infinity]) }));
    expect(() => never([-1])).toThrow(ConvergenceError);
    const simple = implicitMinimize((x, t) => x.sub(t).square().sum(), [0]);
    const slope = (t: NDArray) => grad((s: NDArray) => simple(s).square().sum())(t).sum();
    expect(slope(array([3])).item()).toBeCloseTo(6, 9);
    expect(() => grad(slope)([3])).toThrow(TraceError);
  });
});
