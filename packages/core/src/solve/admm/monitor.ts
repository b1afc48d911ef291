// What every form of ADMM does between iterations: judge, adapt ρ, stop, and say why.
import { formatNumber } from "../../errors/index.ts";
import type { SolveStats, SolveStatus } from "../solution.ts";
import type { AdmmOptions, AdmmResidual } from "./options.ts";

/** The theory of convergence needs a finite number of changes. */
const MOST_CHANGES = 50;
const DEFAULT_MAX_STEPS = 10_000;

/**
 * Residual balancing: ρ ← ρ·clamp(√q, 1/factor, factor) with q = (‖r‖/ε_pri)/(‖s‖/ε_dual), where q is beyond ratio^±2
 *
 * Looked at every `every` iterations; frozen after 50 changes, and while both residuals are below ten tolerances.
 * Whoever keeps u rescales it by ρ_old/ρ_new. Source: Boyd et al. (2011), section 3.4.1; Stellato et al. (2020), section 5.2.
 */
export class Monitor {
  rho: number;
  status: SolveStatus | undefined;
  readonly residuals: AdmmResidual[] = [];
  #changes = 0;
  readonly #owner: string;
  readonly #options: AdmmOptions;
  readonly #startedAt: number | undefined;

  constructor(owner: string, options: AdmmOptions) {
    this.#owner = owner;
    this.#options = options;
    this.rho = options.rho ?? 1;
    this.#startedAt = options.now?.();
  }

  /** Whether another iteration may begin; sets the status otherwise. */
  goesOn(): boolean {
    if (this.status !== undefined) return false;
    const { maxSteps = DEFAULT_MAX_STEPS, maxSeconds = Infinity, signal } = this.#options;
    if (signal?.aborted === true) this.status = "aborted";
    else if (this.residuals.length >= maxSteps) this.status = "max-steps";
    else if (this.#startedAt !== undefined && this.#seconds()! >= maxSeconds) this.status = "max-seconds";
    return this.status === undefined;
  }

  /** Takes in an iteration. Returns what u has to be multiplied with: 1 where ρ stays. */
  record(judged: Omit<AdmmResidual, "rho">): number {
    const { primal, dual, epsPrimal, epsDual } = judged;
    const residual = { ...judged, rho: this.rho };
    this.residuals.push(residual);
    this.#options.onStep?.(this.residuals.length, residual);
    if (!Number.isFinite(primal + dual)) this.status = "nonfinite";
    else if (primal <= epsPrimal && dual <= epsDual) this.status = "converged";
    if (this.status !== undefined) return 1;
    const before = this.rho;
    this.rho *= this.#changeOfRho(judged);
    if (this.rho !== before) this.#changes++;
    return before / this.rho;
  }

  #changeOfRho({ primal, dual, epsPrimal, epsDual }: Omit<AdmmResidual, "rho">): number {
    const { adaptiveRho = true } = this.#options;
    if (adaptiveRho === false || this.#changes >= MOST_CHANGES) return 1;
    const { every = 10, ratio = 5, factor = 10 } = adaptiveRho === true ? {} : adaptiveRho;
    if (this.residuals.length % every !== 0) return 1;
    if (primal <= 10 * epsPrimal && dual <= 10 * epsDual) return 1;
    // products instead of quotients: tolerances and residuals may be 0
    const up = primal * epsDual;
    const down = dual * epsPrimal;
    if (up <= ratio * ratio * down && down <= ratio * ratio * up) return 1;
    return Math.min(factor, Math.max(1 / factor, Math.sqrt(up / down)));
  }

  #seconds(): number | undefined {
    return this.#startedAt === undefined ? undefined : (this.#options.now!() - this.#startedAt) / 1000;
  }

  stats(factorizations: number): SolveStats {
    return {
      steps: this.residuals.length,
      evaluations: this.residuals.length,
      gradientEvaluations: 0,
      hessianEvaluations: 0,
      factorizations,
      seconds: this.#seconds(),
    };
  }

  /** `notes` are sentences about the problem: that it is not convex, which parties were lost. */
  message(notes: readonly string[]): string {
    const last = this.residuals.at(-1);
    const steps = this.residuals.length;
    const after = `${steps} ${steps === 1 ? "iteration" : "iterations"}`;
    const quality =
      last === undefined
        ? "No iteration was made."
        : `Primal residual ${formatNumber(last.primal)} (tolerance ${formatNumber(last.epsPrimal)}), dual residual ${formatNumber(last.dual)} (tolerance ${formatNumber(last.epsDual)}), ρ ${formatNumber(last.rho)} after ${this.#changes} changes.`;
    const status = this.status ?? "max-steps";
    const how = status === "converged" ? `converged after ${after}.` : `stopped after ${after} (${status}).`;
    return [`${this.#owner} ${how}`, quality, ...(status === "converged" ? [] : [ADVICE[status]]), ...notes].join(" ");
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  "max-steps":
    "Raise maxSteps, loosen atol and rtol, or scale the variables. A primal residual that stays away from 0 means that no point may satisfy both terms.",
  "max-seconds": "Raise maxSeconds, or start from the result: warmStart takes z and u.",
  nonfinite:
    "A proximal step returned NaN or Infinity: check that both functions are finite somewhere, and scale the data.",
  aborted: "Its signal was set; z is the last iterate.",
};
