import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { formatNumber, OptionChecker } from "../../errors/index.ts";
import type { KktResiduals, SolveStats, SolveStatus } from "../solution.ts";
import { maxNorm } from "../vector.ts";
import { activeSetQp, type MethodResult, nearestFeasible, recessionDirection } from "./active-set.ts";
import { OperatorSplitting } from "./admm.ts";
import { type DenseForm, denseForm } from "./dense-form.ts";
import { interiorPointQp } from "./interior-point.ts";
import { judgeQp, provesInfeasible, provesUnbounded, type QpJudgement, type QpPoint } from "./judge.ts";
import { polished } from "./polish.ts";
import { type QpData, type QpProblem, type QpVectors, qpData, vectorOf, withVectors } from "./problem.ts";
import { times } from "./sparse-rows.ts";

export interface QpOptions {
  /** "auto": active set or interior point when dense and small, operator splitting with polishing when sparse or large. */
  method?: "auto" | "active-set" | "interior-point" | "admm";
  /** Default 1e-8. */
  atol?: number;
  /** Default 1e-8. */
  rtol?: number;
  /** Default 100 for the interior point, 20,000 for operator splitting; the active set needs none. */
  maxSteps?: number;
  /** Wall-clock limit of operator splitting, checked every 25 steps. Needs `now`. */
  maxSeconds?: number;
  /** A clock in milliseconds: this library reads none by itself. Fills `stats.seconds`. */
  now?: () => number;
  /** Solve once more on the active set for the last digits. Default true. */
  polish?: boolean;
  warmStart?: { x: ArrayLike; y: ArrayLike };
}

/** A proof that can be checked by multiplication, see `verifyCertificate`. */
export type Certificate =
  | { readonly kind: "primal-infeasible"; readonly y: NDArray }
  | { readonly kind: "dual-infeasible"; readonly direction: NDArray };

export interface QpSolution {
  readonly x: NDArray;
  readonly value: number;
  readonly status: SolveStatus;
  readonly message: string;
  /** One per row of A, Px + q + Aᵀy = 0: y > 0 where the upper side is active, y < 0 where the lower is. */
  readonly y: NDArray;
  readonly active: readonly ("lower" | "upper" | "equal" | "none")[];
  readonly kkt: KktResiduals;
  readonly dualityGap: number;
  readonly certificate?: Certificate;
  readonly stats: SolveStats;
}

/** Keeps scaling and factorization while q, lower and upper change: for paths, model predictive control, branch and bound. */
export interface QpWorkspace {
  /** Starts from the last solution. @throws as `qpWorkspace` when the changes do not fit. */
  solve(changes?: QpVectors): QpSolution;
  readonly stats: { readonly solves: number; readonly factorizations: number };
}

const KNOWN = ["method", "atol", "rtol", "maxSteps", "maxSeconds", "now", "polish", "warmStart"];
/** Dense methods up to this many variables. */
const DENSE_LIMIT = 500;
const CERTIFICATE_TOLERANCE = 1e-6;

/**
 * A quadratic program whose q, lower and upper change while P and A stay.
 *
 * Factorization, ordering and scaling are made once; `stats` shows it. Changes are kept for later solves.
 * Operator splitting starts each solve from the last solution; it factors again only when it adapts its step size, or when rows
 * become equalities or cease to be.
 * @throws as `qp`.
 *
 * @example
 * ```ts
 * const workspace = qpWorkspace({ P: [[2, 0], [0, 2]], q: [-2, -4], A: [[1, 1]], upper: [1] });
 * console.log(workspace.solve().x.toArray(), workspace.solve({ upper: [9] }).x.toArray()); // [0, 1] [1, 2]
 * console.log(workspace.stats); // { solves: 2, factorizations: 1 }
 * ```
 */
export function qpWorkspace(problem: QpProblem, options: QpOptions = {}): QpWorkspace {
  return workspaceOf("qpWorkspace", problem, options);
}

export function workspaceOf(owner: string, problem: QpProblem, options: QpOptions): QpWorkspace {
  checkQpOptions(owner, options);
  let data = qpData(owner, problem);
  const solver = new Solver(data, options, warmStartOf(owner, data, options));
  let solves = 0;
  return {
    solve(changes = {}) {
      new OptionChecker(`${owner}.solve`, changes, ["q", "lower", "upper"]).done();
      data = withVectors(owner, data, changes);
      solves++;
      return solver.solve(data);
    },
    get stats() {
      return { solves, factorizations: solver.factorizations };
    },
  };
}

function checkQpOptions(owner: string, options: QpOptions): void {
  const checker = new OptionChecker(owner, options, KNOWN)
    .oneOf("method", ["auto", "active-set", "interior-point", "admm"])
    .number("atol", 0)
    .number("rtol", 0, 1)
    .integer("maxSteps", 1)
    .number("maxSeconds", 0, Infinity, true)
    .boolean("polish");
  if (options.maxSeconds !== undefined && options.now === undefined) {
    checker.fail("maxSeconds", "maxSeconds needs a clock: pass now: () => performance.now().");
  }
  checker.done();
}

function warmStartOf(owner: string, data: QpData, { warmStart }: QpOptions): QpPoint | undefined {
  if (warmStart === undefined) return undefined;
  const x = vectorOf(owner, "warmStart.x", warmStart.x);
  const y = vectorOf(owner, "warmStart.y", warmStart.y);
  const checker = new OptionChecker(owner, {}, []);
  if (x.length !== data.n) checker.fail("warmStart", `warmStart.x has ${x.length} entries, the problem ${data.n}.`);
  if (y.length !== data.m)
    checker.fail("warmStart", `warmStart.y has ${y.length} entries, the problem ${data.m} rows.`);
  checker.done();
  return { x, y };
}

type Method = "active-set" | "interior-point" | "admm";

/** Where a method ended. */
interface Ending {
  readonly point: QpPoint;
  readonly steps: number;
  readonly certificate?: { readonly kind: Certificate["kind"]; readonly vector: Float64Array } | undefined;
  readonly stopped?: SolveStatus;
}

class Solver {
  factorizations = 0;
  /** Factorizations that solutions have told of. */
  #told = 0;
  readonly #method: Method;
  readonly #options: QpOptions;
  #dense: DenseForm | undefined;
  #splitting: OperatorSplitting | undefined;
  #last: QpPoint | undefined;

  constructor(data: QpData, options: QpOptions, warm: QpPoint | undefined) {
    this.#options = options;
    this.#last = warm;
    const { method = "auto" } = options;
    if (method !== "auto") this.#method = method;
    else if (!data.dense || data.n > DENSE_LIMIT || data.m > 4 * DENSE_LIMIT) this.#method = "admm";
    else this.#method = this.#form(data).factor === undefined ? "interior-point" : "active-set";
  }

  solve(data: QpData): QpSolution {
    const { now, atol = 1e-8, rtol = 1e-8, polish = true } = this.#options;
    const startedAt = now?.();
    const judge = (point: QpPoint) => judgeQp(data, point, { atol, rtol });
    const done = (point: QpPoint) => judge(point).worst <= 1;
    let ending = this.#warm(data, done) ?? this.#run(data, done, startedAt);
    let quality = judge(ending.point);
    if (polish && ending.certificate === undefined && quality.worst > 1e-4) {
      const better = (point: QpPoint) => judge(point).worst < quality.worst;
      const point = polished(data, ending.point, better);
      if (point !== undefined) [ending, quality] = [{ ...ending, point }, judge(point)];
    }
    const { certificate } = ending;
    // a problem may be both: that nothing is feasible is what is told
    if (certificate?.kind === "dual-infeasible" || (quality.worst > 1 && certificate === undefined)) {
      ending = { ...ending, certificate: this.#proof(data) ?? certificate };
    }
    if (quality.worst <= 1) this.#last = ending.point;
    const seconds = startedAt === undefined ? undefined : (now!() - startedAt) / 1000;
    const factorizations = this.factorizations - this.#told;
    this.#told = this.factorizations;
    return present(data, ending, quality, this.#method, {
      steps: ending.steps,
      evaluations: 0,
      gradientEvaluations: 0,
      hessianEvaluations: 0,
      factorizations,
      seconds,
    });
  }

  #form(data: QpData): DenseForm {
    if (this.#dense === undefined) {
      this.#dense = denseForm(data);
      this.factorizations++;
    }
    return this.#dense;
  }

  /** The equations on the active set of the last solution, if that is all that is needed. */
  #warm(data: QpData, done: (point: QpPoint) => boolean): Ending | undefined {
    if (this.#last === undefined || this.#method === "admm") return undefined;
    if (done(this.#last)) return { point: this.#last, steps: 0 };
    const point = polished(data, this.#last, done);
    return point === undefined ? undefined : { point, steps: 1 };
  }

  #run(data: QpData, done: (point: QpPoint) => boolean, startedAt: number | undefined): Ending {
    if (this.#method === "admm") return this.#split(data, done, startedAt);
    const dense = this.#form(data);
    const result: MethodResult =
      this.#method === "active-set"
        ? activeSetQp(data, dense, done)
        : interiorPointQp(data, dense, done, this.#options.maxSteps ?? 100);
    this.factorizations += result.factorizations;
    const { certificate } = result;
    const proven = certificate !== undefined && provesInfeasible(data, certificate, CERTIFICATE_TOLERANCE);
    return { ...result, certificate: proven ? { kind: "primal-infeasible", vector: certificate } : undefined };
  }

  #split(data: QpData, done: (point: QpPoint) => boolean, startedAt: number | undefined): Ending {
    const { maxSteps = 20_000, maxSeconds = Infinity, polish = true, now } = this.#options;
    this.#splitting ??= new OperatorSplitting(data);
    const before = this.#splitting.factorizations;
    const start = this.#last ?? { x: new Float64Array(data.n), y: new Float64Array(data.m) };
    let certificate: Ending["certificate"];
    let stopped: SolveStatus | undefined;
    let sharp: QpPoint | undefined;
    let nextPolish = 100;
    const result = this.#splitting.solve(data, start, {
      maxSteps,
      done(point, deltaY, deltaX, steps) {
        if (done(point)) return true;
        if (provesInfeasible(data, deltaY, CERTIFICATE_TOLERANCE)) {
          certificate = { kind: "primal-infeasible", vector: deltaY };
          return true;
        }
        if (provesUnbounded(data, deltaX, CERTIFICATE_TOLERANCE)) {
          certificate = { kind: "dual-infeasible", vector: deltaX };
          return true;
        }
        // the active set is mostly known long before the last digits are
        if (polish && steps >= nextPolish) {
          nextPolish *= 2;
          sharp = polished(data, point, done);
          if (sharp !== undefined) return true;
        }
        if (startedAt !== undefined && (now!() - startedAt) / 1000 >= maxSeconds) {
          stopped = "max-seconds";
          return true;
        }
        return false;
      },
    });
    this.factorizations += this.#splitting.factorizations - before;
    const point = sharp ?? result.point;
    return { point, steps: result.steps, certificate, ...(stopped !== undefined && { stopped }) };
  }

  /** Why there is no solution: first whether any point is feasible, then whether the value falls forever. */
  #proof(data: QpData): Ending["certificate"] {
    if (data.n > 2 * DENSE_LIMIT || data.m > 4 * DENSE_LIMIT) return undefined;
    const dense = this.#form(data);
    const { certificate } = nearestFeasible(data, dense.A, new Float64Array(data.n));
    if (certificate !== undefined && provesInfeasible(data, certificate, CERTIFICATE_TOLERANCE)) {
      return { kind: "primal-infeasible", vector: certificate };
    }
    const direction = recessionDirection(data, dense);
    if (direction !== undefined && provesUnbounded(data, direction, CERTIFICATE_TOLERANCE)) {
      return { kind: "dual-infeasible", vector: direction };
    }
    return undefined;
  }
}

function present(
  data: QpData,
  { point, certificate, stopped, steps }: Ending,
  { kkt, dualityGap, value, worst }: QpJudgement,
  method: Method,
  stats: SolveStats,
): QpSolution {
  const status: SolveStatus =
    certificate?.kind === "primal-infeasible"
      ? "infeasible"
      : certificate?.kind === "dual-infeasible"
        ? "unbounded"
        : worst <= 1
          ? "converged"
          : (stopped ?? (method === "active-set" ? "stalled" : "max-steps"));
  const solution = {
    x: vectorFrom(point.x),
    value,
    status,
    message: describe(status, method, steps, kkt, dualityGap),
    y: vectorFrom(point.y),
    active: activeOf(data, point),
    kkt,
    dualityGap,
    stats,
  };
  if (certificate === undefined) return solution;
  const scaled = vectorFrom(certificate.vector.map((v) => v / maxNorm(certificate.vector)));
  return {
    ...solution,
    certificate:
      certificate.kind === "primal-infeasible"
        ? { kind: certificate.kind, y: scaled }
        : { kind: certificate.kind, direction: scaled },
  };
}

function activeOf({ A, lower, upper }: QpData, { x, y }: QpPoint): QpSolution["active"] {
  const Ax = times(A, x);
  return Array.from(Ax, (v, i) => {
    if (lower[i] === upper[i]) return "equal";
    const near = 1e-7 * Math.max(1, Math.abs(v));
    if (y[i]! < 0 || v - lower[i]! <= near) return "lower";
    return y[i]! > 0 || upper[i]! - v <= near ? "upper" : "none";
  });
}

function describe(status: SolveStatus, method: Method, steps: number, kkt: KktResiduals, gap: number): string {
  const after = `qp (${method}) after ${steps} ${steps === 1 ? "step" : "steps"}`;
  const quality = `stationarity ${formatNumber(kkt.stationarity)}, feasibility ${formatNumber(kkt.feasibility)}, duality gap ${formatNumber(gap)}`;
  if (status === "converged") return `${after}: converged, ${quality}.`;
  if (status === "infeasible") {
    return `${after}: no x satisfies lower ≤ Ax ≤ upper (infeasible). The combination of rows in \`certificate\` proves it; rows with weight 0 there play no part. Loosen one of the others.`;
  }
  if (status === "unbounded") {
    return `${after}: the value falls without end along the direction in \`certificate\` (unbounded). Bound it by a row, or add curvature to P.`;
  }
  return `${after}: stopped (${status}), ${quality}. Raise maxSteps or maxSeconds, loosen atol and rtol, or scale the rows.`;
}

function vectorFrom(x: Float64Array): NDArray {
  return fromTyped([x.length], x.slice()) as NDArray;
}
