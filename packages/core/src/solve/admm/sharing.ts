import type { NDArray } from "../../array/index.ts";
import { conjugate, type Proximable } from "../../prox/index.ts";
import type { SolveStats, SolveStatus } from "../solution.ts";
import { Monitor } from "./monitor.ts";
import { type AdmmResidual, checkAdmmOptions } from "./options.ts";
import { Asking, noteOnLost, type PartiesOptions, solveParties } from "./parties.ts";
import { type Local, placeParties } from "./party.ts";
import { checkParties, entries, meanOfRows, repeated, typed } from "./rows.ts";

export interface SharingSolution {
  /** Row i is what party i gets, "parties size". Feasible: the last step is a projection. */
  readonly allocation: NDArray;
  /** Multiplier of the shared term per unit: the price at which every party would choose its row by itself. "size", or for `of: "rows"` "parties size". */
  readonly price: NDArray;
  /** Σ fᵢ + g at the allocation */
  readonly value: number;
  /** Lower bound of the optimum from the dual, and value − bound; undefined when a party is not convex. */
  readonly bound: number | undefined;
  readonly gap: number | undefined;
  readonly status: SolveStatus;
  readonly message: string;
  readonly residuals: readonly AdmmResidual[];
  readonly stats: SolveStats;
  /** Parties that failed on the way. */
  readonly lost: readonly number[];
}

export type SharingOptions<T> = Local<T> & {
  /** Entries of each party. Default 1. */
  size?: number;
  shared: Proximable;
  /** What the shared term takes: the sum over parties (default), or all rows at once, for limits on groups of parties. */
  of?: "sum" | "rows";
} & PartiesOptions;

/**
 * minimize Σ fᵢ(xᵢ) + g(Σ xᵢ): every party has its own x, their sum is shared. Not consensus.
 *
 *     xᵢ ← prox_{fᵢ/ρ}(zᵢ − u);   s ← prox_{(N/ρ)g}(N(mean x̂ + u)) is the sum,   zᵢ ← x̂ᵢ + s/N − mean x̂;   u ← u + mean x̂ − s/N
 *
 * One u for all parties; price = ρu. `size` is the number of entries of each party (default 1), g takes the sum, a vector of that
 * size. Limits of a party live in its function, so its steps keep them.
 * At the end the sum is moved to where g is finite, by steps that keep the limits; value, bound and gap belong to that allocation.
 * bound = −Σ fᵢ*(−price) − g*(price) ≤ the optimum, for any price.
 * With `of: "rows"` g takes the matrix of all parties, and price is one per entry of it.
 * `warmStart`: z "parties size", and u as price.
 * @throws OptionError for options that cannot be; DomainError "party-failed" when a party throws and `onPartyError` is "throw".
 * Source: Boyd et al. (2011), section 7.3.
 *
 * @example
 * ```ts
 * import { quadratic, sumEquals } from "steepest/prox";
 * import { sharing } from "steepest/solve";
 * const agents = [{ a: 1, c: 3 }, { a: 2, c: -1 }, { a: 4, c: 5 }]; // ½a(x − c)², and Σx = 0
 * const local = ({ a, c }: { a: number; c: number }) => quadratic([[a]], [-a * c]);
 * const { allocation, price } = await sharing(agents, { local, shared: sumEquals(0), rtol: 1e-9 });
 * console.log(allocation.flatten().mul(1e6).round().div(1e6).toArray(), price.mul(1e6).round().div(1e6).toArray()); // [-1, -3, 4] [4]
 * ```
 */
export async function sharing<T>(parties: readonly T[], options: SharingOptions<T>): Promise<SharingSolution> {
  check(parties, options);
  const { size = 1, shared, warmStart = {}, signal } = options;
  const count = parties.length;
  const placed = await placeParties(parties, options, signal === undefined ? {} : { signal });
  try {
    const monitor = new Monitor("sharing", options);
    const rows = options.of === "rows";
    const u = entries("u", warmStart.u, rows ? count * size : size);
    const start = { z: entries("z", warmStart.z, count * size), u: rows ? u : repeated(u, count) };
    const couple = (h: Float64Array, rho: number) => {
      if (rows) {
        const z = shared.prox(typed([count, size], h), 1 / rho);
        return { z: Float64Array.from(z.toArray()), value: shared.value(z) };
      }
      const mean = meanOfRows(h, count, size);
      const sum = shared.prox(
        typed(
          [size],
          mean.map((v) => count * v),
        ),
        count / rho,
      );
      const to = sum.toArray();
      return { z: h.map((hi, i) => hi + to[i % size]! / count - mean[i % size]!), value: shared.value(sum) };
    };
    const owner = "sharing";
    const state = await solveParties({ owner, count, size, parties: placed, couple, start }, monitor, options);
    const multipliers = rows ? state.u : meanOfRows(state.u, count, size);
    const price = multipliers.map((ui) => monitor.rho * ui);
    const asking = new Asking(owner, placed, count, size, { ...options, onPartyError: "throw" });
    const allocation = await feasible(state.x, rows ? byRows(shared, count, size) : bySum(shared, count, size), asking);
    const taken = rows ? typed([count, size], allocation) : typed([size], sumOfRows(allocation, count, size));
    const value = asking.values.reduce((sum, v) => sum + v, shared.value(taken));
    const bound = state.convex && shared.convex ? await lowerBound(price, shared, asking, rows ? 1 : count) : undefined;
    const local = state.convex && shared.convex ? [] : ["A term is not convex: the result is local."];
    return {
      allocation: typed([count, size], allocation),
      price: typed(rows ? [count, size] : [size], price),
      value,
      bound,
      gap: bound === undefined ? undefined : value - bound,
      status: monitor.status ?? "max-steps",
      message: monitor.message([...local, ...noteOnLost(state.lost)]),
      residuals: monitor.residuals,
      stats: monitor.stats(state.factorizations),
      lost: state.lost,
    };
  } finally {
    await placed[Symbol.asyncDispose]();
  }
}

/** A step so short that it only moves x into the domain of f. */
const PROJECTION = 1e-18;
const MOST_ROUNDS = 50;

/** Where the shared term wants the rows of the parties that are open to more, or undefined where it is content. */
type Wish = (x: Float64Array, open: Uint8Array) => Float64Array | undefined;

/** The x of the parties, which keep their own limits, moved until g is finite; each round settles at least one party. */
async function feasible(from: Float64Array, wish: Wish, asking: Asking): Promise<Float64Array> {
  let x = await asking.step(from, PROJECTION, from);
  const open = new Uint8Array(x.length).fill(1);
  for (let round = 0; round < MOST_ROUNDS && open.includes(1); round++) {
    const wanted = wish(x, open);
    if (wanted === undefined) break;
    x = await asking.step(wanted, PROJECTION, x);
    for (let i = 0; i < x.length; i++) {
      // who stopped short of what it was offered has met its limit
      if (Math.abs(x[i]! - wanted[i]!) > 1e-12 * Math.max(1, Math.abs(wanted[i]!))) open[i] = 0;
    }
  }
  return x;
}

/** What the sum lacks is given in equal shares to the parties that are open. */
function bySum(shared: Proximable, count: number, size: number): Wish {
  return (x, open) => {
    const sum = sumOfRows(x, count, size);
    const target = shared.prox(typed([size], sum), PROJECTION).toArray();
    const missing = sum.map((s, j) => target[j]! - s);
    const largest = sum.reduce((most, s) => Math.max(most, Math.abs(s)), 1);
    if (missing.every((d) => Math.abs(d) <= 1e-15 * count * largest)) return undefined;
    const takers = new Float64Array(size);
    for (let i = 0; i < x.length; i++) takers[i % size]! += open[i]!;
    return x.map((xi, i) => (open[i] === 1 ? xi + missing[i % size]! / takers[i % size]! : xi));
  };
}

/** Alternating projections. */
function byRows(shared: Proximable, count: number, size: number): Wish {
  return (x, open) => {
    const rows = typed([count, size], x);
    open.fill(1);
    return shared.value(rows) < Infinity ? undefined : Float64Array.from(shared.prox(rows, PROJECTION).toArray());
  };
}

/** −Σ fᵢ*(−λ) − g*(λ), or undefined where a conjugate is infinite. */
async function lowerBound(
  price: Float64Array,
  shared: Proximable,
  asking: Asking,
  count: number,
): Promise<number | undefined> {
  const negative = price.map((p) => -p);
  const parties = await asking.conjugates(repeated(negative, count));
  const bound = -parties - conjugate(shared).value(typed([price.length], price));
  return Number.isFinite(bound) ? bound : undefined;
}

function sumOfRows(rows: Float64Array, count: number, size: number): Float64Array {
  const sum = new Float64Array(size);
  for (let i = 0; i < count * size; i++) sum[i % size]! += rows[i]!;
  return sum;
}

function check<T>(parties: readonly T[], options: SharingOptions<T>): void {
  const checker = checkAdmmOptions("sharing", options, ["local", "executor", "size", "shared", "of", "onPartyError"])
    .integer("size", 1)
    .oneOf("of", ["sum", "rows"])
    .oneOf("onPartyError", ["throw", "keep-last"]);
  if (typeof options.local !== "function")
    checker.fail("local", "local must be a function from a party to a Proximable.");
  if (typeof options.shared?.prox !== "function")
    checker.fail("shared", "shared must be a Proximable of the sum, such as sumEquals(100).");
  checker.done();
  checkParties("sharing", parties);
}
