// Constrained minimization beyond problems that are solved: what has no solution, signs, sensitivities, scaling, bounds.
import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { OptionError, ShapeError } from "../errors/index.ts";
import { l1 } from "../prox/index.ts";
import {
  augmentedLagrangian,
  bfgs,
  equality,
  inequality,
  interiorPoint,
  iterate,
  lbfgs,
  type MinimizeOptions,
  type Minimizer,
  minimize,
  minimizeVector,
  proximalGradient,
  slsqp,
} from "./index.ts";

const squares = (p: NDArray): Scalar => p.square().sum();
const solvers: readonly (readonly [string, () => Minimizer])[] = [
  ["slsqp", slsqp],
  ["interiorPoint", interiorPoint],
  ["augmentedLagrangian", augmentedLagrangian],
];

describe.each(solvers)("%s", (_name, make) => {
  const run = (
    f: (p: NDArray) => Scalar,
    start: readonly number[],
    options: Omit<MinimizeOptions<NDArray>, "solver"> = {},
  ) => minimize(f, [...start], { solver: make(), maxSteps: 300, ...options });

  it("calls contradicting constraints infeasible, with the violation", () => {
    const sumIsOne = equality((p: NDArray) => p.sum().sub(1));
    const atLeastTwo = inequality((p: NDArray) => p.at(0).sub(2));
    const bounds = { lower: [0, 0], upper: [Infinity, Infinity] };
    const solution = run(squares, [0.5, 0.5], { constraints: [sumIsOne, atLeastTwo], bounds });
    expect(solution.status).toBe("infeasible");
    expect(solution.kkt.feasibility).toBeGreaterThan(0.4);
    const above = inequality((p: NDArray) => p.at(1).sub(p.at(0)).sub(1));
    const below = inequality((p: NDArray) => p.at(0).sub(p.at(1)));
    expect(run(squares, [0.5, 0.5], { constraints: [above, below] }).status).toBe("infeasible");
    const never = inequality((p: NDArray) => p.at(0).square().neg().sub(1));
    expect(run(squares, [3, 1], { constraints: [never] }).status).toBe("infeasible");
  });

  it("solves where the linearization at the start contradicts itself", () => {
    // test_inconsistent_linearization of SciPy
    const solution = run(squares, [0, 1], {
      constraints: [equality((p) => p.sum().sub(2)), inequality((p) => p.at(0).square().sub(1))],
      bounds: { lower: [0, 0], upper: [Infinity, Infinity] },
    });
    expect(solution.status).toBe("converged");
    expect(solution.value).toBeCloseTo(2, 6);
  });

  it("solves with a constraint that is given twice: the sum of its multipliers is determined", () => {
    const atMostOne = inequality((p: NDArray) => p.neg().add(1));
    const { status, multipliers } = run((p) => p.sub(2).square().sum(), [0], { constraints: [atMostOne, atMostOne] });
    expect(status).toBe("converged");
    expect(multipliers.inequality[0]! + multipliers.inequality[1]!).toBeCloseTo(2, 6);
  });

  it("says where f is NaN at the start", () => {
    const solution = run((p) => p.log().sum(), [-1, 1], { constraints: [inequality((p) => p)] });
    expect(solution.status).toBe("nonfinite");
    expect(solution.message).toContain("f is NaN at the start");
    const inside = run(squares, [-1, 1], { constraints: [inequality((p) => p.sqrt())] });
    expect(inside.message).toContain("inequality 0 is NaN at the start");
  });

  it("never evaluates outside of the bounds", () => {
    let lowest = Infinity;
    const solution = minimizeVector(
      {
        value: (x) => watched(x).value,
        valueAndGradient: (x) => watched(x),
        hessianProduct: (x, v) => v.map((w, i) => w / x[i]! ** 2),
      },
      [3, 0.2],
      { solver: make(), bounds: { lower: [0.5, 0.1], upper: [4, 4] }, maxSteps: 300 },
    );
    function watched(x: Float64Array) {
      lowest = Math.min(lowest, x[0]! - 0.5, x[1]! - 0.1, 4 - x[0]!, 4 - x[1]!);
      // Σ xᵢ·gᵢ − log xᵢ with minima at ⅓ (outside) and 1
      return {
        value: 3 * x[0]! - Math.log(x[0]!) + x[1]! - Math.log(x[1]!),
        gradient: Float64Array.of(3 - 1 / x[0]!, 1 - 1 / x[1]!),
      };
    }
    expect(solution.status).toBe("converged");
    expect([...solution.x].map((v) => Number(v.toFixed(6)))).toEqual([0.5, 1]);
    expect(lowest).toBeGreaterThanOrEqual(0);
  });

  it("gives multipliers that are the sensitivities of the optimal value", () => {
    const f = (p: NDArray) => p.sub([3, 2]).square().mul([1, 2]).sum();
    const at = (g: number, h: number, u: number) =>
      run(f, [0.5, 0.5], {
        constraints: [
          equality((p) =>
            p
              .at(0)
              .mul(2)
              .sub(p.at(1))
              .sub(1 + g),
          ),
          inequality((p) =>
            p
              .sum()
              .neg()
              .add(2 - h),
          ),
        ],
        bounds: { lower: [-5, -5], upper: [5, 0.9 + u] },
      });
    const { multipliers, status } = at(0, 0, 0);
    expect(status).toBe("converged");
    const step = 1e-4;
    const rate = (up: number, down: number) => (up - down) / (2 * step);
    // g = δ lowers f* by λδ, h ≥ δ raises it by μδ, a wider bound lowers it by μ_u
    expect(rate(at(step, 0, 0).value, at(-step, 0, 0).value)).toBeCloseTo(-multipliers.equality[0]!, 5);
    expect(rate(at(0, step, 0).value, at(0, -step, 0).value)).toBeCloseTo(multipliers.inequality[0]!, 5);
    expect(rate(at(0, 0, step).value, at(0, 0, -step).value)).toBeCloseTo(-multipliers.upper.toArray()[1]!, 5);
  });
});

describe("multipliers", () => {
  const line = (scale: number) => equality((p: NDArray) => p.sum().sub(1).mul(scale));
  const lambda = (scale: number, f = squares) =>
    minimize(f, [0, 0], { constraints: [line(scale)] }).multipliers.equality[0]!;

  it("have the sign of L = f + Σλg: min x² + y² with x + y = 1 has λ = −1", () => {
    expect(lambda(1)).toBeCloseTo(-1, 10);
  });

  it("grow with f and shrink with their constraint", () => {
    expect(lambda(4)).toBeCloseTo(-0.25, 10);
    expect(lambda(1, (p) => squares(p).mul(3) as Scalar)).toBeCloseTo(-3, 10);
  });

  it("follow the order of the constraints, and an equality may be two inequalities", () => {
    const f = (p: NDArray) => p.sub([2, 2]).square().sum();
    const a = inequality((p: NDArray) => p.at(0).neg().add(1));
    const b = inequality((p: NDArray) => p.at(1).neg().add(0.5));
    const one = minimize(f, [0, 0], { constraints: [a, b] }).multipliers.inequality;
    const other = minimize(f, [0, 0], { constraints: [b, a] }).multipliers.inequality;
    expect(one.map((v) => Number(v.toFixed(8)))).toEqual([2, 3]);
    expect(other.map((v) => Number(v.toFixed(8)))).toEqual([3, 2]);
    const both = [inequality((p: NDArray) => p.sum().sub(1)), inequality((p: NDArray) => p.sum().neg().add(1))];
    const split = minimize(squares, [3, -1], { constraints: both });
    expect(split.status).toBe("converged");
    expect(split.x.toArray().map((v) => Number(v.toFixed(7)))).toEqual([0.5, 0.5]);
  });

  it("do not exist where the normals oppose each other: x³ ≥ y ≥ 0 at 0 is not called converged", () => {
    const constraints = [inequality((p: NDArray) => p.at(0).pow(3).sub(p.at(1))), inequality((p: NDArray) => p.at(1))];
    const [atol, rtol] = [1e-12, 1e-12];
    const solution = minimize((p: NDArray) => p.at(0).sum(), [1, 0.5], { constraints, maxSteps: 300, atol, rtol });
    expect(solution.status).not.toBe("converged");
    // y ≥ −2e-12 and x³ ≥ y − 2e-12 count as feasible, and the lowest of such points is what comes back
    expect(Math.abs(solution.x.toArray()[0]!)).toBeLessThanOrEqual(Math.cbrt(2 * (atol + rtol)));
  });
});

describe("what barriers and penalties alone cannot see", () => {
  const opposing = [inequality((p: NDArray) => p.at(0).pow(3).sub(p.at(1))), inequality((p: NDArray) => p.at(1))];
  it.each([
    [1, 1],
    [1, 0.5],
    [2, 0.1],
  ])("interiorPoint: multipliers that grow without end prove nothing, from %f, %f", (...start) => {
    const options = { constraints: opposing, maxSteps: 100, solver: interiorPoint() };
    const { status, x } = minimize((p: NDArray) => p.at(0).sum(), start, options);
    expect(status).not.toBe("converged");
    expect(Math.abs(x.toArray()[0]!)).toBeLessThan(1e-3);
  });

  it.each<[string, (p: NDArray) => Scalar]>([
    ["a linear value", (p) => p.sum().neg()],
    ["a value that flattens in one variable", (p) => p.at(0).exp().sub(p.at(1)).sum()],
  ])("interiorPoint says unbounded: %s", (_, f) => {
    const constraints = [inequality((p: NDArray) => p.at(1))];
    const { status, stats } = minimize(f, [1, 1], { constraints, solver: interiorPoint() });
    expect(status).toBe("unbounded");
    expect(stats.steps).toBeLessThan(100);
  });

  it.each([slsqp(), interiorPoint(), augmentedLagrangian()])("$name leaves 0, where x² ≥ 1 has no slope", (solver) => {
    const constraints = [inequality((p: NDArray) => squares(p).sub(1))];
    const { status, value } = minimize(squares, [0, 0], { constraints, solver });
    expect(status).toBe("converged");
    expect(value).toBeCloseTo(1, 8);
  });
});

describe("slsqp", () => {
  it("converges superlinearly along a curved constraint (Maratos)", () => {
    const f = (p: NDArray) => squares(p).sub(1).mul(2).sub(p.at(0)).sum();
    const circle = equality((p: NDArray) => squares(p).sub(1));
    const start = [Math.cos(Math.PI / 3), Math.sin(Math.PI / 3)];
    const { status, stats, x } = minimize(f, start, { constraints: [circle], solver: slsqp() });
    expect(status).toBe("converged");
    expect(stats.steps).toBeLessThanOrEqual(10);
    expect(x.toArray()[0]).toBeCloseTo(1, 9);
  });

  it("leaves a point where no row of the violation has a slope", () => {
    const outside = inequality((p: NDArray) => squares(p).sub(1));
    const { status, value } = minimize(squares, [0, 0], { constraints: [outside] });
    expect(status).toBe("converged");
    expect(value).toBeCloseTo(1, 8);
  });

  it("says unbounded", () => {
    const { status } = minimize((p: NDArray) => p.sum().neg(), [1, 1], {
      constraints: [inequality((p: NDArray) => p)],
    });
    expect(status).toBe("unbounded");
  });

  it("works on trees, with names, from a start outside of its bounds", () => {
    const f = (p: { a: Scalar; b: NDArray }) => p.a.square().add(p.b.sub(1).square().sum());
    const { x, status, multipliers } = minimize(
      f,
      { a: 9, b: [0, 0] },
      {
        constraints: [equality((p) => p.a.add(p.b.sum()).sub(3), { name: "total" })],
        bounds: { lower: { a: 0.5, b: [-9, -9] }, upper: { a: 5, b: [9, 9] } },
      },
    );
    expect(status).toBe("converged");
    expect(x.a.item()).toBeCloseTo(0.5, 9);
    expect(x.b.toArray().map((v) => Number(v.toFixed(8)))).toEqual([1.25, 1.25]);
    expect(multipliers.lower.a.item()).toBeCloseTo(0.5, 8); // 2·0.5 + λ − μ = 0 with λ = −0.5
  });

  it("takes functions that read their numbers, uncompiled", () => {
    const f = (p: NDArray) => (p.at(0).item() > 0 ? p.sub(1).square().sum() : p.sub(1).square().sum().mul(2)) as Scalar;
    const solution = minimize(f, [-1, -1], { constraints: [equality((p) => p.at(0).sub(p.at(1)))] });
    expect(solution.status).toBe("converged");
    expect(solution.x.toArray()[0]).toBeCloseTo(1, 8);
  });

  it("yields each step, and stops at a signal that is set between them", () => {
    const controller = new AbortController();
    const loop = iterate(squares, [3, 1], {
      constraints: [equality((p) => p.at(0).pow(3).sub(p.at(1)).sub(1))],
      signal: controller.signal,
      keepHistory: true,
    });
    const first = loop.next().value;
    expect(first).toMatchObject({ index: 1 });
    controller.abort();
    const last = loop.next();
    expect(last.done && last.value.status).toBe("aborted");
    if (last.done) {
      expect(last.value.history.map(({ index }) => index)).toEqual([0, 1]);
      expect(last.value.history[0]!.violation).toBeCloseTo(25, 10);
    }
  });
});

describe("bounds and penalties", () => {
  it("lbfgs keeps bounds: multipliers are the slopes that push against them", () => {
    const f = (p: NDArray) => p.sub([3, -2, 0.5]).square().mul([1, 100, 1e4]).sum();
    const { status, x, multipliers } = minimize(f, [0, 0, 0], {
      bounds: { lower: [-1, -1, -1], upper: [1, 1, 1] },
    });
    expect(status).toBe("converged");
    expect(x.toArray().slice(0, 2)).toEqual([1, -1]);
    expect(multipliers.upper.toArray()[0]).toBeCloseTo(4, 8);
    expect(multipliers.lower.toArray()[1]).toBeCloseTo(200, 6);
  });

  it("lbfgs solves a bounded Rosenbrock in 100 variables", () => {
    const f = (p: NDArray) => {
      const [head, tail] = [p.at([0, 99]), p.at([1, 100])];
      return head.sub(1).square().add(tail.sub(head.square()).square().mul(100)).sum();
    };
    const start = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const { status, kkt } = minimize(f, start, {
      bounds: { lower: start.map(() => -2), upper: start.map(() => 0.8) },
    });
    expect(status).toBe("converged");
    expect(kkt.stationarity).toBeLessThan(1e-4);
  });

  it("proximal gradient reaches the closed form of soft thresholding", () => {
    const f = (p: NDArray) => p.sub([3, 0.5, -2]).square().mul([0.5, 0.5, 2]).sum();
    for (const acceleration of ["none", "nesterov"] as const) {
      const { status, x, value } = minimize(f, [0, 0, 0], {
        solver: proximalGradient({ acceleration }),
        penalty: l1(1),
      });
      expect(status).toBe("converged");
      expect(x.toArray().map((v) => Number(v.toFixed(7)))).toEqual([2, 0, -1.75]);
      expect(value).toBeCloseTo(0.5 + 0.125 + 0.125 + 3.75, 7);
    }
  });

  it("a penalty may hold on some leaves only", () => {
    const f = (p: { w: NDArray; b: NDArray }) => p.w.sub(2).square().sum().add(p.b.sub(2).square().sum());
    const { x } = minimize(f, { w: [0], b: [0] }, { penalty: l1(1), penaltyOn: (path) => path === "w" });
    expect([x.w.toArray()[0]!.toFixed(6), x.b.toArray()[0]!.toFixed(6)]).toEqual(["1.500000", "2.000000"]);
  });
});

describe("what cannot be asked", () => {
  const line = equality((p: NDArray) => p.sum());
  it("names a solver that can", () => {
    expect(() => minimize(squares, [1], { solver: lbfgs(), constraints: [line] })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: minimize: lbfgs does not take constraints; use slsqp(), interiorPoint() or augmentedLagrangian().]`,
    );
    expect(() => minimize(squares, [1], { solver: bfgs(), bounds: { lower: [0] } })).toThrow(OptionError);
    expect(() => minimize(squares, [1], { solver: slsqp(), penalty: l1(1) })).toThrow("use proximalGradient()");
  });

  it("checks bounds and constraints before any work", () => {
    expect(() =>
      minimize(squares, [1, 1], { bounds: { lower: [0, 3], upper: [1, 2] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: minimize: entry 1 has the bounds 3 and 2: no number lies between. A lower bound must not exceed the upper one; use ±Infinity for none.]`,
    );
    expect(() => minimize(squares, [1, 1], { bounds: { lower: [0] } })).toThrow(ShapeError);
    expect(() => minimize(squares, [1], { constraints: [squares] as never })).toThrow("equality(…) and inequality(…)");
    const compares = { kind: "inequality", fn: (p: NDArray) => p.greater(0) } as never;
    expect(() => minimize(squares, [1], { constraints: [compares] })).toThrow("not a comparison");
    expect(() => minimize(squares, array([1]), { penaltyOn: () => true })).toThrow("without a penalty");
  });
});
