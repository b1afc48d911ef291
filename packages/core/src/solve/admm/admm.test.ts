// The lasso of the second tutorial and other problems, judged from outside: optimality, gaps, first iterations, wrong versions.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, eye, type NDArray } from "../../index.ts";
import { lstsq } from "../../linalg/index.ts";
import {
  affine,
  box,
  l1,
  l2Norm,
  logisticLoss,
  nonnegative,
  nuclearNorm,
  type Proximable,
  quadratic,
  simplex,
  squaredLoss,
} from "../../prox/index.ts";
import { fold, key, normal } from "../../random/index.ts";
import { type AdmmOptions, type AdmmProblem, admm, block } from "../index.ts";
import { minimize } from "../minimize.ts";
import { proximalGradient } from "../solvers/proximal-gradient.ts";

interface Trace {
  readonly lambda_: number;
  readonly rho: number;
  readonly alpha: number;
  readonly steps: readonly {
    readonly iteration: number;
    readonly x: number[];
    readonly z: number[];
    readonly u: number[];
  }[];
}
const golden = JSON.parse(readFileSync(new URL("golden/lasso.json", import.meta.url), "utf8")) as {
  readonly A: number[][];
  readonly b: number[];
  readonly solutions: readonly {
    readonly lambda_: number;
    readonly objective: number;
    readonly z: number[];
    readonly nonzero: number;
    readonly dual: number[];
  }[];
  readonly trace: Trace;
  readonly traceRelaxed: Trace;
  readonly falseStops: { readonly runs: readonly { readonly rho: number; readonly objectiveAboveOptimum: number }[] };
};
const A = array(golden.A);
const b = array(golden.b);
const lasso = (lambda: number): AdmmProblem => ({ f: squaredLoss(A, b), g: l1(lambda) });
const tight = { atol: 1e-10, rtol: 1e-10 };
const objective = (z: NDArray, lambda: number) =>
  0.5 * A.matmul(z).sub(b).square().sum().item() + lambda * z.abs().sum().item();

const distance = (x: NDArray, to: readonly number[]) =>
  x
    .sub(array([...to]))
    .abs()
    .max()
    .item();

describe("the tutorial's lasso", () => {
  it.each(golden.solutions.filter(({ lambda_ }) => lambda_ <= 20))(
    "to 1e-10 within 200 iterations with default options, lambda $lambda_",
    ({ lambda_, objective: best, z: exact, nonzero, dual }) => {
      const { z, x, status, stats, multiplier } = admm(lasso(lambda_), tight);
      expect(status).toBe("converged");
      expect(stats.steps).toBeLessThanOrEqual(200);
      expect(objective(z, lambda_) / best - 1).toBeLessThan(1e-10);
      expect(distance(z, exact)).toBeLessThan(1e-8); // the objective is flat: its error is the square
      expect(z.toArray().filter((v) => v !== 0).length).toBe(nonzero);
      expect(x.toArray().filter((v) => v !== 0).length).toBe(20); // x has no exact zeros: z is the answer
      expect(distance(multiplier, dual)).toBeLessThan(1e-7);
      expect(stats.factorizations).toBeLessThan(8);
    },
  );

  it.each([1e-3, 1e-2, 0.1, 10, 100, 1e3, 1e4, 1e5])("has the same answer from rho %s", (rho) => {
    for (const { lambda_, z: exact } of golden.solutions) {
      const { z, status, stats } = admm(lasso(lambda_), { ...tight, rho });
      expect([status, stats.steps <= 200]).toEqual(["converged", true]);
      expect(distance(z, exact)).toBeLessThan(1e-8);
    }
  });

  it.each(["trace", "traceRelaxed"] as const)("has the first iterations of the reference (%s)", (name) => {
    const { lambda_, rho, alpha, steps } = golden[name];
    for (const { iteration, x, z, u } of steps) {
      const run = admm(lasso(lambda_), { rho, relaxation: alpha, adaptiveRho: false, maxSteps: iteration });
      expect(run.status).toBe("max-steps");
      expect(distance(run.x, x)).toBeLessThan(1e-12);
      expect(distance(run.z, z)).toBeLessThan(1e-12);
      expect(distance(run.u, u)).toBeLessThan(1e-12);
    }
  });

  it("never says converged where the gap is not small, from rho 1e-6 to 1e6", () => {
    const best = golden.solutions[0]!;
    for (const rho of [1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6]) {
      for (const adaptiveRho of [true, false]) {
        const { z, status } = admm(lasso(best.lambda_), { rho, adaptiveRho, atol: 1e-6, rtol: 1e-6, maxSteps: 3000 });
        // value − optimum ≤ ‖λ‖‖r‖ + ‖x − x*‖‖s‖: ten tolerances
        if (status === "converged") expect(objective(z, best.lambda_) / best.objective - 1).toBeLessThan(1e-5);
      }
    }
  });

  it("does not stop on the primal residual alone, as the tutorial does", () => {
    for (const { rho, objectiveAboveOptimum } of golden.falseStops.runs.filter((run) => run.rho > 1)) {
      const { residuals, z } = admm(lasso(0.5), { rho, adaptiveRho: false, relaxation: 1, maxSteps: 2 });
      expect(residuals[1]!.primal).toBeLessThan(1e-6); // where the tutorial says "converged"
      expect(objective(z, 0.5) - golden.solutions[0]!.objective).toBeCloseTo(objectiveAboveOptimum, 6);
      expect(residuals[1]!.dual).toBeGreaterThan(100 * residuals[1]!.epsDual);
    }
  });

  it("says max-steps with residuals when it did not converge", () => {
    const { status, message } = admm(lasso(0.5), { ...tight, maxSteps: 3 });
    expect(status).toBe("max-steps");
    expect(message).toMatchInlineSnapshot(
      `"admm stopped after 3 iterations (max-steps). Primal residual 0.446 (tolerance 8.92e-10), dual residual 1.18 (tolerance 5.64e-10), ρ 1 after 0 changes. Raise maxSteps, loosen atol and rtol, or scale the variables. A primal residual that stays away from 0 means that no point may satisfy both terms."`,
    );
  });

  it("says how it converged", () => {
    expect(admm(lasso(5), tight).message).toMatchInlineSnapshot(
      `"admm converged after 79 iterations. Primal residual 1.23e-10 (tolerance 8.34e-10), dual residual 1.13e-9 (tolerance 1.69e-9), ρ 46.1 after 2 changes."`,
    );
  });

  it("needs fewer iterations from a near solution than from zero", () => {
    const { z, u, residuals } = admm(lasso(5), tight);
    const rho = residuals.at(-1)!.rho;
    const cold = admm(lasso(5.05), { ...tight, rho });
    const warm = admm(lasso(5.05), { ...tight, rho, warmStart: { z, u } });
    expect(warm.stats.steps).toBeLessThan(cold.stats.steps);
    expect(distance(warm.z, cold.z.toArray())).toBeLessThan(1e-9);
  });

  it("reports every iteration, and stops when a signal is set", () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const onStep = (index: number) => {
      seen.push(index);
      signal.aborted = index === 4;
    };
    const { status, residuals } = admm(lasso(5), { signal, onStep });
    expect([status, residuals.length, seen]).toEqual(["aborted", 4, [1, 2, 3, 4]]);
  });
});

describe("planted mistakes are seen by these tests", () => {
  const { lambda_, z: exact } = golden.solutions[1]!;
  it("a threshold of lambda instead of lambda/rho", () => {
    const g = { ...l1(lambda_), prox: (v: NDArray) => l1(lambda_).prox(v, 1) };
    const { z } = admm({ f: squaredLoss(A, b), g }, { ...tight, rho: 3, adaptiveRho: false, maxSteps: 500 });
    expect(distance(z, exact)).toBeGreaterThan(1e-6);
  });
  it("u not rescaled when rho changes is another iteration", () => {
    // without rescaling, a change of rho by 10 at iteration 10 is a start with a wrong multiplier
    const before = admm(lasso(lambda_), { rho: 1e-3, adaptiveRho: false, maxSteps: 10 });
    const run = (factor: number) =>
      admm(lasso(lambda_), {
        rho: 1e-2,
        adaptiveRho: false,
        maxSteps: 1,
        warmStart: { x: before.x, z: before.z, u: before.u.mul(factor) },
      });
    const adapted = admm(lasso(lambda_), { rho: 1e-3, adaptiveRho: { factor: 10, ratio: 1.0001 }, maxSteps: 11 });
    expect(adapted.residuals[10]!.rho / 1e-3).toBeCloseTo(10, 9);
    expect(distance(adapted.u, run(0.1).u.toArray())).toBeLessThan(1e-9); // entries up to 500
    expect(distance(adapted.u, run(1).u.toArray())).toBeGreaterThan(1);
  });
});

describe("other problems", () => {
  const root = key(7);

  it("more columns than rows: Woodbury's identity, one small factor per rho", () => {
    const wide = normal(fold(root, "wide"), [20, 300]);
    const right = normal(fold(root, "right"), [20]);
    const lambda = 0.2 * wide.T.matmul(right).abs().max().item();
    const { z, status, stats, residuals } = admm({ f: squaredLoss(wide, right), g: l1(lambda) }, tight);
    expect(status).toBe("converged");
    const rhos = residuals.map(({ rho }) => rho);
    expect(stats.factorizations).toBe(1 + rhos.filter((rho, i) => i > 0 && rho !== rhos[i - 1]).length);
    const gradient = wide.T.matmul(right.sub(wide.matmul(z))).toArray();
    for (const [j, zj] of z.toArray().entries()) {
      if (zj === 0) expect(Math.abs(gradient[j]!)).toBeLessThanOrEqual(lambda * (1 + 1e-7));
      else expect(gradient[j]! / (lambda * Math.sign(zj))).toBeCloseTo(1, 6);
    }
  });

  it("group lasso: optimal in every group", () => {
    const groups = [0, 1, 2, 3].map((g) => [0, 1, 2, 3, 4].map((i) => 5 * g + i));
    const lambda = 12;
    const { z, status } = admm({ f: squaredLoss(A, b), g: l2Norm(lambda, groups) }, tight);
    expect(status).toBe("converged");
    const gradient = A.T.matmul(A.matmul(z).sub(b));
    let zeros = 0;
    for (const group of groups) {
      const [zg, gg] = [z.take(group), gradient.take(group)];
      const norm = zg.norm().item();
      if (norm === 0) {
        zeros++;
        expect(gg.norm().item()).toBeLessThanOrEqual(lambda);
      } else
        expect(
          gg
            .add(zg.mul(lambda / norm))
            .norm()
            .item(),
        ).toBeLessThan(1e-7);
    }
    expect(zeros).toBeGreaterThan(0);
    expect(zeros).toBeLessThan(4);
  });

  it("basis pursuit: the sparse vector that made the data, with a dual certificate", () => {
    const wide = normal(fold(root, "A"), [20, 40]);
    const sparse = new Float64Array(40);
    sparse[3] = 2;
    sparse[17] = -1;
    sparse[31] = 0.5;
    const right = wide.matmul(array(sparse));
    const { z, status, multiplier } = admm({ f: affine(wide, right), g: l1(1) }, tight);
    expect(status).toBe("converged");
    expect(distance(z, [...sparse])).toBeLessThan(1e-8);
    expect(z.toArray().filter((v) => v !== 0).length).toBe(3);
    // Aᵀν is a subgradient of ‖z‖₁: sign on the support, at most 1 elsewhere
    const nu = lstsq(wide.T, multiplier).x;
    expect(wide.T.matmul(nu).sub(multiplier).abs().max().item()).toBeLessThan(1e-7);
    expect(multiplier.abs().max().item()).toBeLessThan(1 + 1e-8);
  });

  it("elastic and boxed: nonnegative least squares as proximal gradient has it", () => {
    const f = (x: NDArray) => A.matmul(x).sub(b).square().sum().mul(0.5);
    const { z } = admm({ f: squaredLoss(A, b), g: nonnegative() }, tight);
    const other = minimize(f, z.zerosLike(), { solver: proximalGradient(), penalty: nonnegative(), rtol: 1e-12 });
    expect(distance(z, other.x.toArray())).toBeLessThan(1e-8);
  });

  it("logistic lasso: optimal", () => {
    const X = normal(fold(root, "X"), [40, 6]);
    const y = X.at(":", 0).greater(0.2).astype("f64").mul(2).sub(1) as NDArray;
    const { z, status } = admm({ f: logisticLoss(X, y), g: l1(2) }, tight);
    expect(status).toBe("converged");
    const wrong = y.mul(X.matmul(z)).neg().sigmoid();
    const gradient = X.T.matmul(y.mul(wrong)).neg().toArray();
    for (const [j, zj] of z.toArray().entries()) {
      if (zj === 0) expect(Math.abs(gradient[j]!)).toBeLessThanOrEqual(2);
      else expect(gradient[j]! + 2 * Math.sign(zj)).toBeCloseTo(0, 7);
    }
  });

  it("a matrix in the constraint: coefficients that do not fall, by D·x − z = 0 with z ≥ 0", () => {
    const n = 20;
    const D = Array.from({ length: n - 1 }, (_, i) =>
      Array.from({ length: n }, (_, j) => (j === i + 1 ? 1 : j === i ? -1 : 0)),
    );
    const { x, z, status, multiplier } = admm({ f: squaredLoss(A, b), g: nonnegative(), A: D }, tight);
    expect(status).toBe("converged");
    const lambda = multiplier.toArray();
    const stationarity = A.T.matmul(A.matmul(x).sub(b)).add(array(D).T.matmul(multiplier));
    expect(stationarity.abs().max().item()).toBeLessThan(1e-6);
    expect(Math.max(...lambda)).toBeLessThanOrEqual(1e-8); // L = f + g + λᵀ(Dx − z), z ≥ 0 pushes up
    expect(z.min().item()).toBe(0);
  });

  it("a matrix and no quadratic: the inner solve agrees with the closed form", () => {
    const D = normal(fold(root, "D"), [8, 5]);
    const f = quadratic(eye(5).mul(2), [1, 2, 3, 4, 5]);
    const { quadratic: _, ...opaque } = f;
    const solve = (part: Proximable) => admm({ f: part, g: l1(0.5), A: D }, { atol: 1e-9, rtol: 1e-9 }).x;
    expect(distance(solve(opaque), solve(f).toArray())).toBeLessThan(1e-8);
  });

  it("B and c: portfolio weights on a simplex, z = 2x", () => {
    const P = [
      [2, 0.5],
      [0.5, 1],
    ];
    // x = z/2 on the simplex of total 1: minimize ½xᵀPx, x = (0.25, 0.75)
    const { x, z } = admm(
      {
        f: quadratic(P, [0, 0]),
        g: simplex(2),
        A: [
          [2, 0],
          [0, 2],
        ],
        B: [
          [-1, 0],
          [0, -1],
        ],
        c: [0, 0],
      },
      tight,
    );
    expect(distance(x, [0.25, 0.75])).toBeLessThan(1e-8);
    expect(distance(z, [0.5, 1.5])).toBeLessThan(1e-8);
  });

  it("matrices as variables: low rank near the data", () => {
    const M = array([
      [3, 0.1],
      [0.2, 0.4],
    ]);
    const near: Proximable = {
      name: "near",
      convex: true,
      value: (x) => 0.5 * x.sub(M).square().sum().item(),
      prox: (v, t) => v.add(M.mul(t)).mul(1 / (1 + t)),
    };
    const { z } = admm({ f: near, g: nuclearNorm(0.5) }, { ...tight, warmStart: { z: M } });
    expect(z.sub(nuclearNorm(0.5).prox(M, 1)).abs().max().item()).toBeLessThan(1e-9);
  });

  it("random quadratics on boxes: KKT holds, whatever the relaxation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(0.5, 1, 1.6, 1.9), (seed, relaxation) => {
        const M = normal(fold(key(seed), "M"), [6, 6]);
        const P = M.T.matmul(M).add(eye(6).mul(0.1));
        const q = normal(fold(key(seed), "q"), [6]).mul(3);
        const { z, multiplier, status } = admm({ f: quadratic(P, q), g: box(-1, 0.5) }, { ...tight, relaxation });
        expect(status).toBe("converged");
        const gradient = P.matmul(z).add(q).toArray();
        for (const [i, zi] of z.toArray().entries()) {
          expect(gradient[i]! + multiplier.toArray()[i]!).toBeCloseTo(0, 6);
          if (zi > -1 + 1e-12 && zi < 0.5 - 1e-12) expect(gradient[i]!).toBeCloseTo(0, 6);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("ill-posed input", () => {
  it("two sets without a common point are never called solved", () => {
    const { status, message } = admm({ f: box([0, 0], [1, 1]), g: box([3, 3], [4, 4]) }, { maxSteps: 500 });
    expect(status).toBe("max-steps");
    expect(message).toContain("no point may satisfy both terms");
  });
  it("NaN of a user's function is a status, with the iteration", () => {
    const broken: Proximable = { ...l1(1), prox: (v) => v.mul(Number.NaN) };
    const { status, message } = admm({ f: squaredLoss(A, b), g: broken });
    expect(status).toBe("nonfinite");
    expect(message).toMatchInlineSnapshot(
      `"admm stopped after 1 iteration (nonfinite). Primal residual NaN (tolerance NaN), dual residual NaN (tolerance NaN), ρ 1 after 0 changes. A proximal step returned NaN or Infinity: check that both functions are finite somewhere, and scale the data."`,
    );
  });
  it("what is not convex says local", () => {
    const hard: Proximable = { ...l1(1), name: "l0", convex: false };
    expect(admm({ f: squaredLoss(A, b), g: hard }).message).toContain("l0 is not convex: the result is local.");
  });
  it("options are checked at once", () => {
    const options = { rho: 0, relaxation: 2, adaptiveRho: { every: 0 }, tolerance: 1 } as AdmmOptions;
    expect(() => admm(lasso(1), options)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: admm: unknown option "tolerance". rho must be positive, got 0. relaxation must lie between 0 and 2, both excluded, got 2. adaptiveRho.every must be an integer of 1 or more, got 0.]`,
    );
    expect(() => admm(lasso(1), { maxSeconds: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: admm: maxSeconds needs a clock: pass now: () => performance.now().]`,
    );
    expect(() => admm({ f: l1(1), g: nonnegative() })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: admm: neither function says how many entries x has. Give warmStart: { z: zeros }, or c.]`,
    );
    expect(() => admm({ ...lasso(1), A: [[1, 2, 3]] })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: admm: A is [1, 3], but there are 1 rows of A·x + B·z = c, and squaredLoss takes 20 entries.]`,
    );
    expect(() => admm({ f: squaredLoss(A, b), g: {} as Proximable })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: admm: g must have a proximal step, as squaredLoss(A, b) and l1(0.1) of steepest/prox have.]`,
    );
    expect(() =>
      block(quadratic([[0]], [1]), [[0]]).update(array([1]), 1, array([0])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DomainError: block: P + ρAᵀA of quadratic is singular, so the step has no unique solution. Give A full column rank, or add a small l2Squared term.]`,
    );
  });
});
