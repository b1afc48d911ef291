// ADMM over many parties: each makes its own step from its own data, one step couples them.
import { DomainError } from "../../errors/index.ts";
import type { Placed, RunOptions } from "../../executor/index.ts";
import { euclideanNorm } from "../vector.ts";
import type { Monitor } from "./monitor.ts";
import type { AdmmOptions } from "./options.ts";
import type { PartyMessage, PartyReply } from "./party.ts";

export interface PartiesOptions extends AdmmOptions {
  /** A party that fails: stop, or keep its last answer and say so in the message. Default "throw". */
  onPartyError?: "throw" | "keep-last";
}

export interface PartiesProblem {
  readonly owner: string;
  /** Number of parties, and entries of each. */
  readonly count: number;
  readonly size: number;
  readonly parties: Placed<PartyMessage, PartyReply>;
  /** argmin g(z) + (ρ/2)‖z − h‖² over all rows at once, with g(z). */
  couple(h: Float64Array, rho: number): { z: Float64Array; value: number };
  readonly start: { readonly z: Float64Array; readonly u: Float64Array };
}

export interface PartiesState {
  /** Rows of parties, count × size. */
  readonly x: Float64Array;
  readonly z: Float64Array;
  readonly u: Float64Array;
  readonly values: Float64Array;
  readonly coupled: number;
  readonly convex: boolean;
  readonly factorizations: number;
  /** Parties that failed at some time. */
  readonly lost: readonly number[];
}

/**
 * min Σ fᵢ(xᵢ) + g(z₁, …, z_N)  subject to  xᵢ = zᵢ
 *
 *     xᵢ ← prox_{fᵢ/ρ}(zᵢ − uᵢ)        where the data of party i are
 *     z ← argmin g(z) + (ρ/2)‖z − (x̂ + u)‖²,   u ← u + x̂ − z,   x̂ = αx + (1 − α)z
 *
 * Consensus has zᵢ equal for all, sharing has a g of Σzᵢ: the updates of Boyd et al. (2011), sections 7.1 and 7.3, are this one.
 * Rounds are synchronous and sums run in the order of parties, so results do not depend on where and when parties run.
 */
export async function solveParties(
  { owner, count, size, parties, couple, start }: PartiesProblem,
  monitor: Monitor,
  options: PartiesOptions,
): Promise<PartiesState> {
  const { relaxation: alpha = 1.6, atol = 1e-6, rtol = 1e-6 } = options;
  const total = count * size;
  const root = Math.sqrt(total) * atol;
  let { z, u } = start;
  let x: Float64Array = z.slice();
  const asking = new Asking(owner, parties, count, size, options);
  let coupled = 0;
  while (monitor.goesOn()) {
    const { rho } = monitor;
    x = await asking.step(
      z.map((zi, i) => zi - u[i]!),
      1 / rho,
      x,
    );
    const relaxed = x.map((xi, i) => alpha * xi + (1 - alpha) * z[i]!);
    const next = couple(
      relaxed.map((xi, i) => xi + u[i]!),
      rho,
    );
    const change = euclideanNorm(next.z.map((zi, i) => zi - z[i]!));
    z = next.z;
    coupled = next.value;
    u = u.map((ui, i) => ui + relaxed[i]! - z[i]!);
    const rescale = monitor.record({
      primal: euclideanNorm(x.map((xi, i) => xi - z[i]!)),
      dual: rho * change,
      epsPrimal: root + rtol * Math.max(euclideanNorm(x), euclideanNorm(z)),
      epsDual: root + rtol * rho * euclideanNorm(u),
      value: asking.values.reduce((sum, v) => sum + v, coupled),
    });
    if (rescale !== 1) u = u.map((ui) => ui * rescale);
  }
  return { x, z, u, coupled, ...asking.facts() };
}

/** Rounds of questions, with what to do when a party fails. */
export class Asking {
  readonly values: Float64Array;
  #convex = true;
  #factorizations = 0;
  #answered = false;
  readonly #lost = new Set<number>();
  readonly #owner: string;
  readonly #parties: Placed<PartyMessage, PartyReply>;
  readonly #size: number;
  readonly #options: PartiesOptions;

  constructor(
    owner: string,
    parties: Placed<PartyMessage, PartyReply>,
    count: number,
    size: number,
    options: PartiesOptions,
  ) {
    this.values = new Float64Array(count);
    this.#owner = owner;
    this.#parties = parties;
    this.#size = size;
    this.#options = options;
  }

  /** Proximal steps of all parties at the rows of v. A party that fails keeps its row of `before`, where that is allowed. */
  async step(v: Float64Array, t: number, before: Float64Array): Promise<Float64Array> {
    const size = this.#size;
    const x = before.slice();
    const { replies, lost } = await this.#parties.ask(this.#rows("step", v, t), this.#run());
    for (const i of lost) this.#lost.add(i);
    this.#factorizations = 0;
    for (const [i, reply] of replies.entries()) {
      if ("failed" in reply) {
        this.#failed(i, reply.failed);
        continue;
      }
      if (reply.x.length !== size) this.#failed(i, `its step has ${reply.x.length} entries, not ${size}`, true);
      x.set(reply.x, i * size);
      this.values[i] = reply.value;
      this.#convex &&= reply.convex;
      this.#factorizations += reply.factorizations;
    }
    this.#answered = true;
    return x;
  }

  /** Σ fᵢ*(row i of v); NaN when a party is not convex, or does not answer. */
  async conjugates(v: Float64Array): Promise<number> {
    const { replies } = await this.#parties.ask(this.#rows("conjugate", v, 1), this.#run());
    return replies.reduce((sum, reply) => sum + ("failed" in reply ? Number.NaN : reply.value), 0);
  }

  facts(): Pick<PartiesState, "values" | "convex" | "factorizations" | "lost"> {
    return {
      values: this.values,
      convex: this.#convex,
      factorizations: this.#factorizations,
      lost: [...this.#lost].sort((a, b) => a - b),
    };
  }

  #rows(what: PartyMessage["what"], v: Float64Array, t: number): PartyMessage[] {
    const size = this.#size;
    return Array.from(this.values, (_, i) => ({ what, v: v.slice(i * size, (i + 1) * size), t }));
  }

  #run(): RunOptions {
    const { signal } = this.#options;
    return signal === undefined ? {} : { signal };
  }

  #failed(i: number, why: string, always = false): void {
    if (this.#options.onPartyError === "keep-last" && this.#answered && !always) {
      this.#lost.add(i);
      return;
    }
    throw new DomainError(
      `${this.#owner}: party ${i} failed: ${why.replace(/\.$/, "")}. With onPartyError "keep-last" its last answer is kept, once it has given one.`,
      { code: "party-failed", operation: this.#owner },
    );
  }
}

/** What messages say of parties that failed. */
export function noteOnLost(lost: readonly number[]): string[] {
  if (lost.length === 0) return [];
  const shown = lost.slice(0, 5).join(", ");
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : "";
  return [`Parties that failed on the way, whose last answers were used: ${shown}${more}.`];
}
