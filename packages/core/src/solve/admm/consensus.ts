import type { NDArray } from "../../array/index.ts";
import type { Proximable } from "../../prox/index.ts";
import type { SolveStats, SolveStatus } from "../solution.ts";
import { Monitor } from "./monitor.ts";
import { type AdmmResidual, checkAdmmOptions } from "./options.ts";
import { noteOnLost, type PartiesOptions, solveParties } from "./parties.ts";
import { type Local, placeParties } from "./party.ts";
import { checkParties, entries, meanOfRows, repeated, typed } from "./rows.ts";

export interface ConsensusSolution {
  /** The local copies, one per party. */
  readonly copies: readonly NDArray[];
  /** Their mean. */
  readonly x: NDArray;
  /** What all agreed on; has the structure of the shared term: this one is the answer. */
  readonly z: NDArray;
  /** Scaled multipliers, "parties size". */
  readonly u: NDArray;
  /** λᵢ = ρuᵢ of xᵢ = z, "parties size"; they sum to a subgradient of the shared term. */
  readonly multiplier: NDArray;
  /** Σ fᵢ(xᵢ) + g(z) */
  readonly value: number;
  readonly status: SolveStatus;
  readonly message: string;
  readonly residuals: readonly AdmmResidual[];
  readonly stats: SolveStats;
  /** Parties that failed on the way. */
  readonly lost: readonly number[];
}

export type ConsensusOptions<T> = Local<T> & { size: number; shared?: Proximable } & PartiesOptions;

/**
 * minimize Σ fᵢ(x) + g(x): every party holds a part of the data, all agree on x.
 *
 *     xᵢ ← prox_{fᵢ/ρ}(z − uᵢ);   z ← prox_{g/(Nρ)}(mean(x̂ᵢ + uᵢ));   uᵢ ← uᵢ + x̂ᵢ − z
 *
 * Residuals: ‖r‖² = Σ‖xᵢ − z‖², ‖s‖ = ρ√N‖z − z_previous‖. Per round a party gets one vector and gives one.
 * Without an executor parties are plain functions in this thread; results are the same bit for bit with any executor.
 * `warmStart`: z "size" and u "parties size".
 * @throws OptionError for options that cannot be; DomainError "party-failed" when a party throws and `onPartyError` is "throw".
 * Source: Boyd et al. (2011), section 7.1.
 *
 * @example
 * ```ts
 * import { l1, squaredLoss } from "steepest/prox";
 * import { consensus } from "steepest/solve";
 * const parts = [{ A: [[1, 0], [0, 1]], b: [3, 1] }, { A: [[1, 1]], b: [4] }];
 * const { z } = await consensus(parts, { local: ({ A, b }) => squaredLoss(A, b), size: 2, shared: l1(1), rtol: 1e-9 });
 * console.log(z.mul(1e6).round().div(1e6).toArray()); // [2.666667, 0.666667]
 * ```
 */
export async function consensus<T>(parties: readonly T[], options: ConsensusOptions<T>): Promise<ConsensusSolution> {
  check(parties, options);
  const { size, shared, warmStart = {}, signal } = options;
  const count = parties.length;
  const placed = await placeParties(parties, options, signal === undefined ? {} : { signal });
  try {
    const monitor = new Monitor("consensus", options);
    const start = {
      z: repeated(entries("z", warmStart.z, size), count),
      u: entries("u", warmStart.u, count * size),
    };
    const couple = (h: Float64Array, rho: number) => {
      const mean = typed([size], meanOfRows(h, count, size));
      const z = shared === undefined ? mean : shared.prox(mean, 1 / (count * rho));
      return { z: repeated(Float64Array.from(z.toArray()), count), value: shared?.value(z) ?? 0 };
    };
    const state = await solveParties(
      { owner: "consensus", count, size, parties: placed, couple, start },
      monitor,
      options,
    );
    const { x, z, u, values, coupled, convex, lost, factorizations } = state;
    const local = convex && shared?.convex !== false ? [] : ["A term is not convex: the result is local."];
    return {
      copies: Array.from({ length: count }, (_, i) => typed([size], x.slice(i * size, (i + 1) * size))),
      x: typed([size], meanOfRows(x, count, size)),
      z: typed([size], z.slice(0, size)),
      u: typed([count, size], u),
      multiplier: typed(
        [count, size],
        u.map((ui) => monitor.rho * ui),
      ),
      value: values.reduce((sum, v) => sum + v, coupled),
      status: monitor.status ?? "max-steps",
      message: monitor.message([...local, ...noteOnLost(lost)]),
      residuals: monitor.residuals,
      stats: monitor.stats(factorizations),
      lost,
    };
  } finally {
    await placed[Symbol.asyncDispose]();
  }
}

function check<T>(parties: readonly T[], options: ConsensusOptions<T>): void {
  const checker = checkAdmmOptions("consensus", options, ["local", "executor", "size", "shared", "onPartyError"])
    .required("size")
    .integer("size", 1)
    .oneOf("onPartyError", ["throw", "keep-last"]);
  if (typeof options.local !== "function")
    checker.fail("local", "local must be a function from a part of the data to a Proximable.");
  checker.done();
  checkParties("consensus", parties);
}
