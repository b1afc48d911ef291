// Every solver that is exported on the functions that everybody uses, with its defaults and with the options below; and
// mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { sgd } from "../optim/index.ts";
import {
  constrainedProblems,
  failuresOf,
  hopelessProblems,
  infeasibleProblems,
  type SolverLawOptions,
  solverLaws,
  standardProblems,
} from "../testing/index.ts";
import line from "./golden/line.json" with { type: "json" };
import * as exported from "./index.ts";
import {
  augmentedLagrangian,
  backtracking,
  conjugateGradients,
  firstOrder,
  gradientDescent,
  kktResiduals,
  lbfgs,
  type MinimizeOptions,
  type Minimizer,
  minimize,
  newton,
  slsqp,
  wolfe,
} from "./index.ts";

/** Exports that are no solvers. */
const HELPERS = [
  "admm",
  "assertConverged",
  "backtracking",
  "block",
  "consensus",
  "equality",
  "findRoot",
  "findRootIn",
  "implicitMinimize",
  "implicitQp",
  "inequality",
  "iterate",
  "iterateVector",
  "kktResiduals",
  "leastSquares",
  "minimize",
  "minimizeIn",
  "minimizeVector",
  "multiStart",
  "polyhedron",
  "proximalParty",
  "qp",
  "qpWorkspace",
  "sharing",
  "verifyCertificate",
  "wolfe",
];

interface SolverRow extends SolverLawOptions {
  readonly name: string;
  readonly make: () => Minimizer;
}

const CURVED_AND_LONG = ["Rosenbrock", "Rosenbrock from far away", "Rosenbrock in 20 variables"];

/** How a solver is run with its defaults, where the defaults of the laws do not fit. */
const defaults: Readonly<Record<string, SolverLawOptions & { make?: () => Minimizer }>> = {
  lbfgs: { maxSteps: 200 },
  bfgs: { maxSteps: 200 },
  newton: { maxSteps: 200 },
  slsqp: { maxSteps: 500 },
  gradientDescent: {
    make: () => gradientDescent({ learningRate: "auto" }),
    maxSteps: 2000,
    not: [...CURVED_AND_LONG, "Beale", "a bowl of condition 1e6"],
  },
  // Rosenbrock's function in 20 variables has a second minimum, to which exact second derivatives lead from this start
  interiorPoint: { not: ["Rosenbrock in 20 variables"] },
  // values place a minimum to √ε only, and 20 variables are too many
  nelderMead: { atol: 1e-4, not: ["a bowl of condition 1e6", "Rosenbrock in 20 variables"], maxSteps: 3000 },
  proximalGradient: { not: ["a bowl of condition 1e6", ...CURVED_AND_LONG], maxSteps: 3000 },
  firstOrder: {
    make: () => firstOrder(sgd({ learningRate: 0.01, momentum: 0.9 })),
    maxSteps: 3000,
    not: ["a bowl of condition 1e6", ...CURVED_AND_LONG, "Beale", ...minimaOfHimmelblau()],
  },
};

function minimaOfHimmelblau(): readonly string[] {
  return standardProblems.map(({ name }) => name).filter((name) => name.startsWith("Himmelblau"));
}

/** Solvers with options. */
const variants: readonly SolverRow[] = [
  { name: "lbfgs that backtracks", make: () => lbfgs({ lineSearch: backtracking() }), maxSteps: 500 },
  { name: "lbfgs that searches exactly", make: () => lbfgs({ lineSearch: wolfe({ curvature: 0.01 }) }), maxSteps: 200 },
  { name: "lbfgs with two pairs", make: () => lbfgs({ memory: 2 }), maxSteps: 1000, not: ["a bowl of condition 1e6"] },
  {
    name: "newton by Cholesky",
    make: () => newton({ inner: "cholesky" }),
    maxSteps: 200,
    not: ["Rosenbrock in 20 variables"], // as interiorPoint
  },
  { name: "Polak–Ribière", make: () => conjugateGradients({ form: "polak-ribiere" }), maxSteps: 1000 },
  {
    name: "augmentedLagrangian over bounded lbfgs of two pairs",
    make: () => augmentedLagrangian({ inner: lbfgs({ memory: 2 }) }),
  },
];

const rows: readonly SolverRow[] = [
  ...Object.entries(exported).flatMap(([name, factory]) =>
    HELPERS.includes(name) ? [] : [{ name, make: factory as () => Minimizer, ...defaults[name] } satisfies SolverRow],
  ),
  ...variants,
];

describe("every solver", () => {
  it("is found among the exports", () => {
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(["lbfgs", "gradientDescent"]));
  });
  for (const { make, ...options } of rows) solverLaws({ test: it }, make, options);
});

describe("the laws catch", () => {
  const brokenBy = (make: () => Minimizer, options: SolverLawOptions = {}) =>
    failuresOf((runner) => solverLaws(runner, make, { name: "wrong", maxSteps: 200, ...options })).map(({ name }) =>
      name.replace("wrong: ", ""),
    );
  const steepest = (change: Partial<Minimizer>): Minimizer => ({
    ...gradientDescent({ learningRate: 0.25 }),
    ...change,
  });
  /** The solution of `minimize`, retold. */
  const retold =
    (
      change: (solution: exported.Solution<NDArray>, f: (x: NDArray) => Scalar) => Partial<exported.Solution<NDArray>>,
    ) =>
    (f: (x: NDArray) => Scalar, x0: NDArray, options: MinimizeOptions<NDArray>) => {
      const solution = minimize(f, x0, options);
      return { ...solution, ...change(solution, f) };
    };

  it("nothing in a loop that retells the truth", () => {
    expect(brokenBy(() => lbfgs(), { minimize: retold(() => ({})) })).toEqual([]);
  });

  it("a solver that climbs", () => {
    const uphill = () =>
      steepest({
        step: (problem, at, state) => ({
          point: problem.evaluate(at.x.map((v, i) => v + 0.1 * at.gradient[i]!)),
          stepSize: 0.1,
          state,
        }),
      });
    expect(brokenBy(uphill)).toEqual(expect.arrayContaining(standardProblems.map(({ name }) => `solves ${name}`)));
  });

  it("a solver that says its gradient is 0", () => {
    const liar = () =>
      steepest({
        step: (problem, at, state) => {
          const point = problem.evaluate(at.x.map((v, i) => v - 0.1 * at.gradient[i]!));
          return { point: { ...point, gradient: new Float64Array(point.x.length) }, stepSize: 0.1, state };
        },
      });
    expect(brokenBy(liar)).toContain("solves a round bowl");
  });

  it("a solver that forgets one variable", () => {
    const partial = () =>
      steepest({
        step: (problem, at, state) => ({
          point: problem.evaluate(at.x.map((v, i) => (i === 1 ? v : v - 0.25 * at.gradient[i]!))),
          stepSize: 0.25,
          state,
        }),
      });
    expect(brokenBy(partial)).toContain("solves a round bowl");
  });

  it("a solver that reuses the buffer of its point", () => {
    const reusing = () =>
      steepest({
        step: (problem, at, state) => {
          for (let i = 0; i < at.x.length; i++) at.x[i]! -= 0.25 * at.gradient[i]!;
          return { point: { ...problem.evaluate(at.x.slice()), x: at.x.slice() }, stepSize: 0.25, state };
        },
      });
    const minimizeShared: SolverLawOptions["minimize"] = (f, x0, options) => {
      const solution = minimize(f, x0, options);
      const last = solution.history.at(-1);
      return last === undefined
        ? solution
        : { ...solution, history: solution.history.map((s) => ({ ...s, x: last.x })) };
    };
    expect(brokenBy(() => lbfgs(), { minimize: minimizeShared })).toContain(
      "does not write to points that it has handed out",
    );
    expect(brokenBy(reusing)).not.toEqual([]);
  });

  it("a solver with a memory of former runs", () => {
    let rate = 0.3;
    const forgetful = () =>
      steepest({
        init: () => {
          rate *= 0.9;
          return undefined;
        },
        step: (problem, at, state) => ({
          point: problem.evaluate(at.x.map((v, i) => v - rate * at.gradient[i]!)),
          stepSize: rate,
          state,
        }),
      });
    const others = standardProblems.map(({ name }) => name).filter((name) => name !== "a round bowl");
    expect(brokenBy(forgetful, { not: others })).toEqual(["is a function: twice the same is the same, bit for bit"]);
  });

  const converged = retold(() => ({ status: "converged" }));
  it.each(hopelessProblems.map(({ name }) => name))("a loop that calls %s converged", (what) => {
    expect(brokenBy(() => lbfgs(), { minimize: converged })).toContain(`does not call ${what} converged`);
  });

  it("a loop that calls its start converged", () => {
    expect(brokenBy(() => lbfgs(), { minimize: converged })).toContain(
      "does not call a start converged when it may take no step",
    );
  });

  it("a residual that is not that of the point", () => {
    const flattered = retold(({ kkt }) => ({ kkt: { ...kkt, stationarity: kkt.stationarity / 2 - 1e-9 } }));
    expect(brokenBy(() => lbfgs(), { minimize: flattered })).toContain("solves Rosenbrock");
  });

  it("a value that is not that of the point", () => {
    expect(brokenBy(() => lbfgs(), { minimize: retold(({ value }) => ({ value: value + 1e-12 })) })).toContain(
      "solves Beale",
    );
  });

  it("a tolerance that is looser than it says", () => {
    const loose: SolverLawOptions["minimize"] = (f, x0, options) => minimize(f, x0, { ...options, rtol: 1e-6 });
    expect(brokenBy(() => lbfgs(), { minimize: loose })).not.toEqual([]);
  });

  it("a limit that is not kept", () => {
    const endless: SolverLawOptions["minimize"] = (f, x0, options) => minimize(f, x0, { ...options, maxSteps: 100 });
    expect(brokenBy(() => lbfgs(), { minimize: endless })).toContain("takes no more steps than it may");
  });

  it("a status without words", () => {
    expect(brokenBy(() => lbfgs(), { minimize: retold(() => ({ message: "" })) })).toContain(
      "does not call a hill converged",
    );
  });

  describe("in constrained solutions", () => {
    const others = standardProblems.map(({ name }) => name);
    const found = (change: (solution: exported.Solution<NDArray>) => Partial<exported.Solution<NDArray>>) =>
      brokenBy(() => slsqp(), { not: others, minimize: retold(change) });
    const all = constrainedProblems.map(({ name }) => `solves ${name}`);
    const changed =
      (change: (m: exported.Multipliers<NDArray>) => Partial<exported.Multipliers<NDArray>>) =>
      ({ multipliers }: exported.Solution<NDArray>) => ({ multipliers: { ...multipliers, ...change(multipliers) } });

    it("nothing in the truth", () => {
      expect(found(() => ({}))).toEqual([]);
    });
    it("flipped signs of λ and of μ", () => {
      const flipped = changed((m) => ({ equality: m.equality.map((v) => -v) }));
      expect(found(flipped)).toEqual(expect.arrayContaining([all[1], all[3]]));
      expect(found(changed((m) => ({ inequality: m.inequality.map((v) => -v) })))).toContain(all[2]);
    });
    it("multipliers of bounds that are missing", () => {
      expect(found(changed((m) => ({ lower: m.lower.zerosLike() })))).toContain(all[0]);
      expect(found(changed((m) => ({ upper: m.upper.zerosLike() })))).toContain(all[0]);
    });
    it("multipliers that are left out", () => {
      expect(found(changed(() => ({ inequality: [] })))).toEqual(expect.arrayContaining([all[2], all[3]]));
    });
    it("convergence that is told of everything", () => {
      const lied = found(() => ({ status: "converged" }));
      for (const { name } of infeasibleProblems) expect(lied).toContain(`does not call ${name} converged`);
    });
    it("a step outside of the bounds by one ulp", () => {
      const outside = ({ history }: exported.Solution<NDArray>) => ({
        history: history.map((step) => ({ ...step, x: step.x.add(step.x.sign().mul(Number.EPSILON)) })),
      });
      expect(found(outside)).toContain("keeps the bounds of a bowl in a box");
    });
  });

  it("a name of a problem that does not exist", () => {
    expect(() => brokenBy(() => lbfgs(), { not: ["Rosenbrok"] })).toThrow('no standard problem "Rosenbrok"');
  });
});

describe("near the optimum, where differences of f are rounding", () => {
  it.each(standardProblems)(
    "$name reaches 1e-10 of the first gradient, on top of a value of 5",
    ({ f, start: from }) => {
      const start = [...from];
      const raised = (p: NDArray) => f(p).add(5);
      const first = kktResiduals(raised, start).stationarity;
      const options: MinimizeOptions<NDArray> = { rtol: 0, atol: 1e-10 * Math.min(first, 1e2), maxSteps: 500 };
      const solution = minimize(raised, start, options);
      expect(solution.status).toBe("converged");
      expect(solution.kkt.stationarity).toBeLessThanOrEqual(1e-10 * first);
    },
  );

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
