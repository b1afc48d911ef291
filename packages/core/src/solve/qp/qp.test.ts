// Quadratic programs: golden answers, optimality recomputed here, certificates by multiplication, and planted mistakes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../../array/index.ts";
import { DomainError, OptionError, ShapeError } from "../../errors/index.ts";
import { sparse } from "../../linalg/index.ts";
import golden from "../golden/qp.json" with { type: "json" };
import { polyhedron, type QpOptions, type QpProblem, qp, qpWorkspace, verifyCertificate } from "../index.ts";

interface Golden {
  name: string;
  P: number[][];
  q: number[];
  A: number[][];
  lower: (number | null)[];
  upper: (number | null)[];
  status: string;
  x?: number[];
  y?: number[];
  f?: number;
}
const problems = golden.problems as Golden[];
const methods = ["auto", "active-set", "interior-point", "admm"] as const;

const problemOf = ({ P, q, A, lower, upper }: Golden): QpProblem => ({
  P,
  q,
  A,
  lower: lower.map((v) => v ?? -Infinity),
  upper: upper.map((v) => v ?? Infinity),
});

/** Stationarity, feasibility, gap, signs at infinite sides: from the lists, with plain loops. */
function judged(problem: Golden, x: readonly number[], y: readonly number[]): number {
  const { P, q, A, lower, upper } = problem;
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const Px = P.map((row) => dot(row, x));
  let worst = 0;
  q.forEach((v, j) => {
    worst = Math.max(worst, Math.abs(Px[j]! + v + A.reduce((sum, row, i) => sum + row[j]! * y[i]!, 0)));
  });
  let support = 0;
  A.forEach((row, i) => {
    const value = dot(row, x);
    worst = Math.max(worst, (lower[i] ?? -Infinity) - value, value - (upper[i] ?? Infinity));
    const side = y[i]! > 0 ? upper[i] : lower[i];
    if (y[i] !== 0) support += (side ?? Infinity) * Math.abs(y[i]!) * Math.sign(y[i]!);
  });
  return Math.max(worst, Math.abs(dot(x, Px) + dot(q, x) + support));
}

describe.each(methods)("%s", (method) => {
  it.each(problems.filter(({ status }) => status === "converged"))("solves $name", (problem) => {
    const { x, y, value, status, kkt, dualityGap } = qp(problemOf(problem), { method });
    expect(status).toBe("converged");
    expect(Math.abs(value - problem.f!)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(problem.f!)));
    problem.x!.forEach((v, i) => {
      expect(Math.abs(x.toArray()[i]! - v)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(v)));
    });
    problem.y!.forEach((v, i) => {
      expect(Math.abs(y.toArray()[i]! - v)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(v)));
    });
    expect(judged(problem, x.toArray(), y.toArray())).toBeLessThanOrEqual(1e-5);
    expect(kkt.stationarity).toBeLessThan(1e-5);
    expect(dualityGap).toBeLessThan(1e-5);
  });

  it.each(problems.filter(({ status }) => status === "infeasible" || status === "unbounded"))(
    "proves $name",
    (problem) => {
      const { status, certificate, message } = qp(problemOf(problem), { method });
      expect(status).toBe(problem.status);
      expect(message).toContain(`(${status})`);
      expect(certificate !== undefined && verifyCertificate(problemOf(problem), certificate)).toBe(true);
    },
  );

  it("refuses a matrix that is not semi-definite, with the direction", () => {
    const problem = problems.find(({ name }) => name === "not convex")!;
    expect(() => qp(problemOf(problem), { method })).toThrow(DomainError);
    expect(() => qp(problemOf(problem), { method })).toThrow("-3.52");
  });

  it("agrees with the dual active set on random programs, dense and degenerate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.boolean(), (seed, degenerate) => {
        const problem = random(seed, 6, 9, degenerate);
        const reference = qp(problem, { method: "active-set" });
        const solution = qp(problem, { method });
        expect(solution.status).toBe("converged");
        expect(Math.abs(solution.value - reference.value)).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(reference.value)),
        );
      }),
      { numRuns: 40 },
    );
  });
});

/** Feasible around 0; with `degenerate`, rows are repeated and some become equalities. */
function random(seed: number, n: number, m: number, degenerate: boolean): QpProblem & { A: number[][] } {
  let state = seed + 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  const F = Array.from({ length: n }, () => Array.from({ length: n }, next));
  const P = F.map((_, i) => F.map((__, j) => F.reduce((sum, row) => sum + row[i]! * row[j]!, 0) + (i === j ? 0.1 : 0)));
  const A = Array.from({ length: m }, () => Array.from({ length: n }, next));
  if (degenerate) {
    A[1] = [...A[0]!];
    A[2] = A[0]!.map((v) => 2 * v);
  }
  const sides = A.map((_, i) => (degenerate && i === 3 ? 0 : Math.abs(next()) * 0.2));
  return { P, q: Array.from({ length: n }, () => 4 * next()), A, lower: sides.map((v) => -v), upper: sides };
}

describe("larger programs", () => {
  it("active set and splitting agree on 60 variables and 90 rows to 1e-7", () => {
    const problem = random(5, 60, 90, false);
    const exact = qp(problem, { method: "active-set" });
    const split = qp(problem, { method: "admm" });
    const barrier = qp(problem, { method: "interior-point" });
    expect([exact.status, split.status, barrier.status]).toEqual(["converged", "converged", "converged"]);
    for (const other of [split, barrier]) {
      expect(Math.max(...other.x.sub(exact.x).abs().toArray())).toBeLessThan(1e-7);
    }
  });

  it("solves a sparse chain of 3,000 variables by splitting", () => {
    // ½Σ(xᵢ₊₁ − xᵢ)² + ½·1e-2·Σxᵢ² − Σxᵢ with |xᵢ| ≤ 1: every xᵢ wants 100 and stops at 1
    const n = 3000;
    const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
    const put = (i: number, j: number, v: number) => {
      rows.push(i);
      columns.push(j);
      values.push(v);
    };
    for (let i = 0; i < n; i++) {
      put(i, i, (i === 0 || i === n - 1 ? 1 : 2) + 1e-2);
      if (i > 0) put(i, i - 1, -1);
      if (i < n - 1) put(i, i + 1, -1);
    }
    const index = Array.from({ length: n }, (_, i) => i);
    const A = sparse({ shape: [n, n], rows: index, columns: index, values: index.map(() => 1) });
    const P = sparse({ shape: [n, n], rows, columns, values });
    const ones = new Float64Array(n).fill(1);
    const solution = qp({ P, q: ones.map((v) => -v), A, lower: ones.map((v) => -v), upper: ones });
    expect(solution.status).toBe("converged");
    expect(Math.max(...solution.x.sub(1).abs().toArray())).toBeLessThan(1e-8);
    expect(Math.abs(solution.y.toArray()[7]! - 0.99)).toBeLessThan(1e-7);
  });
});

describe("workspaces", () => {
  const semidefinite = problems.find(({ name }) => name === "semidefinite")!;
  const updated = problems.find(({ name }) => name === "semidefinite, updated q and u")!;

  it.each(methods)("%s: other vectors give the solution of the other problem", (method) => {
    const workspace = qpWorkspace(problemOf(semidefinite), { method });
    expect(
      workspace
        .solve()
        .x.toArray()
        .map((v) => Math.round(v * 1e6) / 1e6 + 0),
    ).toEqual([15, 0]);
    const { upper, q } = problemOf(updated);
    const after = workspace.solve({ q, upper: upper! });
    expect(after.status).toBe("converged");
    expect(after.value).toBeCloseTo(updated.f!, 5);
    expect(workspace.stats.solves).toBe(2);
  });

  it.each(["active-set", "admm"] as const)("%s: twenty vectors, one factorization", (method) => {
    const problem = random(11, 8, 12, false);
    const workspace = qpWorkspace(problem, { method });
    workspace.solve();
    const before = workspace.stats.factorizations;
    for (let k = 1; k <= 20; k++) {
      const q = (problem.q as number[]).map((v, i) => v * (1 + 0.001 * k * Math.cos(i)));
      expect(workspace.solve({ q }).status).toBe("converged");
      const fresh = qp({ ...problem, q }, { method });
      expect(Math.abs(workspace.solve().value - fresh.value)).toBeLessThan(1e-7);
    }
    expect(workspace.stats.solves).toBe(41);
    if (method === "active-set") expect([before, workspace.stats.factorizations]).toEqual([1, 1]);
    else expect(workspace.stats.factorizations - before).toBeLessThanOrEqual(3); // changes of ρ alone
  });

  it("a warm start at the solution takes no step", () => {
    const problem = random(3, 6, 8, false);
    const { x, y } = qp(problem);
    expect(qp(problem, { warmStart: { x, y } }).stats.steps).toBe(0);
  });
});

describe("certificates", () => {
  const impossible: QpProblem = {
    q: [0, 0],
    A: [
      [1, 1],
      [1, 1],
    ],
    lower: [2, -Infinity],
    upper: [Infinity, 1],
  };

  it("are accepted up to a factor, and refused when they prove nothing", () => {
    const proof = (values: number[]) => verifyCertificate(impossible, { kind: "primal-infeasible", y: array(values) });
    expect([proof([-1, 1]), proof([-50, 50])]).toEqual([true, true]);
    expect([proof([1, -1]), proof([-1, 0]), proof([0, 0]), proof([-1, 0.999])]).toEqual([false, false, false, false]);
    const free = { q: [1, 0], A: [[0, 1]], lower: [0] };
    const direction = (d: number[]) => verifyCertificate(free, { kind: "dual-infeasible", direction: array(d) });
    expect([direction([-1, 0]), direction([-1, 3])]).toEqual([true, true]);
    expect([direction([1, 0]), direction([-1, -0.1])]).toEqual([false, false]);
    expect(() => proof([1])).toThrow(OptionError);
  });

  it("come for every random contradiction, and no method calls one a success", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...methods), (seed, method) => {
        const problem = random(seed, 4, 6, false);
        const [a, b] = [problem.A[0]!, problem.A[1]!];
        const sum = a.map((v, i) => v + b[i]!);
        // a·x ≤ s, b·x ≤ s and (a + b)·x ≥ 2s + 1
        const A = [...problem.A, sum];
        const upper = [...(problem.upper as number[]), Infinity];
        const lower = [...(problem.lower as number[]), upper[0]! + upper[1]! + 1];
        const contradiction = { ...problem, A, lower, upper };
        const { status, certificate } = qp(contradiction, { method });
        expect(status).toBe("infeasible");
        expect(verifyCertificate(contradiction, certificate!)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe("mistakes of callers", () => {
  const make =
    (changes: Partial<QpProblem>, options: QpOptions = {}) =>
    () =>
      qp(
        {
          P: [
            [1, 0],
            [0, 1],
          ],
          q: [1, 1],
          A: [[1, 1]],
          lower: [0],
          upper: [1],
          ...changes,
        },
        options,
      );

  it("name the row, the shape or the option", () => {
    expect(make({ lower: [2] })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: qp: row 0 has lower 2 and upper 1: no number lies between. Exchange them, or use ±Infinity for none.]`,
    );
    expect(make({ q: [1, Number.NaN] })).toThrow("entry 1 of q is NaN");
    expect(make({ A: [[1, 1, 1]] })).toThrow(ShapeError);
    expect(
      make({
        P: [
          [1, 2],
          [0, 1],
        ],
      }),
    ).toThrow("P is not symmetric");
    expect(make({}, { method: "simplex" as never })).toThrow(OptionError);
    expect(make({}, { warmStart: { x: [1], y: [0] } })).toThrow("warmStart.x has 1 entries, the problem 2.");
    expect(make({}, { maxSeconds: 1 })).toThrow("needs a clock");
  });

  it("a limit of steps is said, not hidden", () => {
    const { status, message } = qp(random(2, 8, 12, false), { method: "admm", maxSteps: 2, polish: false });
    expect(status).toBe("max-steps");
    expect(message).toContain("Raise maxSteps");
  });
});

describe("polyhedron", () => {
  it("projects: the result is inside, and no corner is nearer", () => {
    const triangle = polyhedron(
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [0, 0, -Infinity],
      [Infinity, Infinity, 1],
    );
    const project = (v: number[]): NDArray => triangle.prox(array(v), 1);
    expect(project([2, 1]).toArray()).toEqual([1, 0]);
    expect(
      project([0.2, 0.3])
        .toArray()
        .map((v) => Number(v.toFixed(12))),
    ).toEqual([0.2, 0.3]);
    expect([triangle.value(array([0.5, 0.5])), triangle.value(array([0.6, 0.5]))]).toEqual([0, Infinity]);
    expect(() => polyhedron([[1], [1]], [1, -Infinity], [Infinity, 0]).prox(array([0]), 1)).toThrow("polyhedron");
  });
});
