import { fromTyped, type NDArray } from "../array/index.ts";
import { formatNumber, OptionError } from "../errors/index.ts";
import type { SharingSolution, SolveStats, SolveStatus } from "../solve/index.ts";
import { byAdmm, type Plan } from "./by-admm.ts";
import { type City, demandAt, isConcave, marginalOf, netReturn } from "./city-step.ts";
import { type AllocateOptions, type Budget, type Party, readBudget } from "./party.ts";
import { clear, type Demand } from "./price.ts";
import { type CouplingRow, couplingRows } from "./shared-set.ts";

export interface AllocationRow {
  readonly name: string;
  readonly spend: number;
  readonly return: number;
  /** What one more unit brings, less what deviating further from the last plan costs. */
  readonly marginal: number;
  readonly at: "lower" | "upper" | "inside";
}

export interface Allocation extends SharingSolution {
  /** In the order of the parties. */
  readonly rows: readonly AllocationRow[];
  readonly spend: NDArray;
  /** Σ return − weight·(b − reference)², which is as large as it can be. */
  readonly value: number;
  /** Upper bound of the optimum from the prices, and bound − value; undefined when a return is not concave. */
  readonly bound: number | undefined;
  readonly gap: number | undefined;
  /** Extra return for one more unit of the total. */
  readonly shadowPrice: number;
  /** Extra return for one more unit of the limit of a group; negative where a lower limit binds. */
  readonly groupPrices: Readonly<Record<string, number>>;
  /** Extra return for one more unit of each row of `limits`. */
  readonly limitPrices: readonly number[];
  readonly method: "bisection" | "admm";
}

/**
 * Splits a total over parties with diminishing returns, so that the sum of returns is as large as it can be.
 *
 *     maximize Σ return_c(b_c) − w_c(b_c − ref_c)²   subject to   Σ b_c = total (or ≤ total), lower ≤ b ≤ upper, groups, rows
 *
 * All that are inside of their limits have the same marginal return: the shadow price λ = ∂(best value)/∂total.
 * Method: with concave returns bisection on the price, exact to rounding, O(parties) per step; otherwise, with `limits`, or by
 * `method`, ADMM in sharing form with the problem of each party solved where `executor` places it, atol and rtol 1e-10 by default.
 * The plan keeps every limit and the total in any case, because the last step is a projection; `bound` proves how good it is: for
 * any price λ the optimum is at most Σ max(return_c(b) − λb) + λ·total.
 * Hill curves that are convex on a part of their interval make the result local, and the message says which.
 * Shapes: `spend` "parties", `allocation` and `price` "parties 1".
 * @throws OptionError when Σ lower > total or, with "equal", Σ upper < total; says by how much. The same for groups and rows.
 * Source: Boyd & Vandenberghe (2004), example 5.2 (water-filling); Boyd et al. (2011), section 7.3.
 *
 * @example
 * ```ts
 * import { allocate } from "steepest/allocate";
 * const city = (name: string, scale: number, saturation: number) =>
 *   ({ name, response: { form: "log", scale, saturation } as const, upper: 60 });
 * const plan = await allocate([city("Ankara", 4, 10), city("Cork", 6, 20)], { total: 40 });
 * console.log(plan.rows.map((row) => row.spend), plan.shadowPrice); // [18, 22] 0.142857
 * ```
 */
export async function allocate(parties: readonly Party[], options: AllocateOptions): Promise<Allocation> {
  const budget = readBudget(parties, options);
  const rows = couplingRows(budget, options.limits);
  const method = methodFor(budget, options);
  const plan = method === "bisection" ? byPrice(budget) : await byAdmm(budget, rows, options);
  return present(budget, rows, plan, method);
}

function methodFor({ cities, parties }: Budget, { method = "auto", limits }: AllocateOptions): "bisection" | "admm" {
  const bent = cities.findIndex((city) => !isConcave(city));
  if (method === "bisection" && bent !== -1) {
    throw new OptionError(
      `allocate: the return of "${parties[bent]!.name}" is not concave below ${formatNumber(cities[bent]!.curve.concaveFrom)}, so no price clears the budget for sure. Use method "admm", or raise its lower limit.`,
      { code: "not-concave", option: "method" },
    );
  }
  if (method !== "auto") return method;
  return bent === -1 && limits === undefined ? "bisection" : "admm";
}

/** The exact plan: every city takes what it wants at the price. */
function byPrice({ cities, groups, total, atMost }: Budget): Plan {
  const demand: Demand = {
    count: cities.length,
    fill: (price, to) => {
      for (let i = 0; i < to.length; i++) to[i] = demandAt(cities[i]!, price);
    },
  };
  const { spend, price, groupPrices } = clear(demand, groups, total, atMost);
  return { spend, rowPrices: [price, ...groupPrices] };
}

function present(budget: Budget, rows: readonly CouplingRow[], plan: Plan, method: "bisection" | "admm"): Allocation {
  const { cities, parties, groups } = budget;
  const { spend, rowPrices, run } = plan;
  const n = cities.length;
  const prices = new Float64Array(n);
  for (const [r, { weights }] of rows.entries()) {
    const price = rowPrices[r]!;
    if (price !== 0) for (let i = 0; i < n; i++) prices[i]! += price * weights[i]!;
  }
  let value = 0;
  for (let i = 0; i < n; i++) value += netReturn(cities[i]!, spend[i]!);
  const concave = cities.every(isConcave);
  const bound = concave ? upperBound(cities, rows, rowPrices, prices) : undefined;
  const gap = bound === undefined ? undefined : bound - value;
  const { status, message } = ending(budget, method, value, gap, run);
  const stats: SolveStats = run?.stats ?? {
    steps: 0,
    evaluations: 0,
    gradientEvaluations: 0,
    hessianEvaluations: 0,
    factorizations: 0,
    seconds: undefined,
  };
  return {
    rows: parties.map((party, i) => rowOf(party, cities[i]!, spend[i]!)),
    spend: fromTyped([n], spend) as NDArray,
    allocation: fromTyped([n, 1], spend) as NDArray,
    price: fromTyped([n, 1], prices) as NDArray,
    value,
    bound,
    gap,
    shadowPrice: rowPrices[0]!,
    groupPrices: Object.fromEntries(groups.map(({ name }, g) => [name, rowPrices[1 + g]!])),
    limitPrices: rowPrices.slice(1 + groups.length),
    method,
    status,
    message,
    residuals: run?.residuals ?? [],
    stats,
    lost: run?.lost ?? [],
  };
}

/** Σ max_b (net return − price·b) + Σ over rows of price·(its side): at least the optimum, for prices of the right sign. */
function upperBound(
  cities: readonly City[],
  rows: readonly CouplingRow[],
  rowPrices: readonly number[],
  prices: Float64Array,
): number {
  let bound = 0;
  for (const [i, city] of cities.entries()) {
    const b = demandAt(city, prices[i]!);
    bound += netReturn(city, b) - prices[i]! * b;
  }
  for (const [r, { lower, upper }] of rows.entries()) {
    const price = rowPrices[r]!;
    if (price !== 0) bound += price * (price > 0 ? upper : lower);
  }
  return bound;
}

function rowOf({ name, lower = 0, upper = Infinity }: Party, city: City, spend: number): AllocationRow {
  const near = 1e-12 * Math.max(1, spend);
  const at = spend - lower <= near ? "lower" : upper - spend <= near ? "upper" : "inside";
  return { name, spend, return: city.curve.value(spend), marginal: marginalOf(city, spend), at };
}

/** Of a return that is as large as it can be up to rounding. */
const SMALL_GAP = 1e-9;

function ending(
  { cities, parties }: Budget,
  method: "bisection" | "admm",
  value: number,
  gap: number | undefined,
  run: SharingSolution | undefined,
): { status: SolveStatus; message: string } {
  const bent = parties.filter((_, i) => !isConcave(cities[i]!)).map(({ name }) => `"${name}"`);
  const local =
    bent.length === 0
      ? ""
      : ` The result is local: the returns of ${bent.slice(0, 5).join(", ")}${bent.length > 5 ? ` and ${bent.length - 5} more` : ""} are not concave.`;
  const quality =
    gap === undefined ? "" : ` The return is within ${formatNumber(Math.max(0, gap))} of the largest one.`;
  if (run !== undefined) {
    return {
      status: run.status,
      message: `allocate (admm): ${run.message.replace(" A term is not convex: the result is local.", "")}${quality}${local}`,
    };
  }
  const exact = gap !== undefined && gap <= SMALL_GAP * Math.max(1, Math.abs(value));
  return {
    status: exact ? "converged" : "stalled",
    message: `allocate (${method}): ${exact ? "the price clears the budget." : "stopped at rounding: scale spend and returns to similar sizes."}${quality}`,
  };
}
