// Budgets by ADMM: for rows of limits, curves that are not concave, data that stay elsewhere, and as a check.
import { fromTyped, type NDArray } from "../array/index.ts";
import { lstsq } from "../linalg/index.ts";
import { type SharingSolution, sharing } from "../solve/index.ts";
import { type City, isConcave, netReturn } from "./city-step.ts";
import { cityReturn } from "./negative-return.ts";
import type { AllocateOptions, Budget } from "./party.ts";
import { type CouplingRow, nearestPlan, sharedSet } from "./shared-set.ts";

export interface Plan {
  readonly spend: Float64Array;
  /** One per row of the coupling: what one more unit of it brings; negative at a lower side. */
  readonly rowPrices: readonly number[];
  readonly run?: SharingSolution;
}

/**
 * Sharing with the rows of all parties coupled by a projection, then the nearest plan that keeps every limit
 *
 * ρ starts at the mean curvature of the returns at the last plan, or at equal shares. A city that is not concave makes the result
 * local: ρ then stays above the largest curvature, so that each step of a city has one answer, and two starts are compared.
 */
export async function byAdmm(budget: Budget, rows: readonly CouplingRow[], options: AllocateOptions): Promise<Plan> {
  const { total: _, use, groups, limits, method, executor, ...admm } = options;
  const { cities, items } = budget;
  const shared = sharedSet(budget, rows);
  const share = budget.total / items.length;
  const equal = nearestPlan(
    budget,
    rows,
    Float64Array.from(items, ({ reference }) => reference?.value ?? share),
  );
  const concave = cities.every(isConcave);
  const rho = admm.rho ?? (concave ? meanCurvature(cities, equal) : 2 * largestCurvature(cities));
  const solveFrom = async (start: Float64Array): Promise<Plan & { value: number }> => {
    const run = await sharing(items, {
      atol: 1e-10,
      rtol: 1e-10,
      ...admm,
      rho,
      adaptiveRho: admm.adaptiveRho ?? concave,
      shared,
      of: "rows",
      warmStart: { z: fromTyped([items.length, 1], start) as NDArray },
      ...(executor === undefined ? { local: cityReturn } : { local: cityReturn, executor }),
    });
    const spend = nearestPlan(budget, rows, Float64Array.from(run.allocation.toArray()));
    const value = cities.reduce((sum, city, i) => sum + netReturn(city, spend[i]!), 0);
    return { spend, run, value, rowPrices: pricesOfRows(rows, spend, run.price.toArray()) };
  };
  const first = await solveFrom(equal);
  if (concave) return first;
  const second = await solveFrom(nearestPlan(budget, rows, bestFirst(budget)));
  return second.value > first.value ? second : first;
}

function meanCurvature(cities: readonly City[], at: Float64Array): number {
  const sizes = cities.map(({ curve, weight, upper }, i) => {
    const b = at[i]! > 0 ? at[i]! : Math.min(upper, 1e-3);
    return Math.abs(curve.curvature(b)) + 2 * weight;
  });
  const finite = sizes.filter((size) => size > 0 && size < Infinity);
  return finite.length === 0 ? 1 : finite.reduce((sum, size) => sum + size, 0) / finite.length;
}

function largestCurvature(cities: readonly City[]): number {
  const sizes = cities.flatMap(({ curve, lower, upper }) => {
    const end = Math.min(upper, Math.max(lower, 2 * curve.concaveFrom));
    return Array.from({ length: 33 }, (_, k) => Math.abs(curve.curvature(lower + ((end - lower) * (k + 0.5)) / 33)));
  });
  return Math.max(Number.MIN_VALUE, ...sizes.filter(Number.isFinite));
}

/** All that one can have to those whose mean return is highest: the corner from which curves with a threshold are seen. */
function bestFirst({ cities, total }: Budget): Float64Array {
  const plan = Float64Array.from(cities, ({ lower }) => lower);
  const mean = cities.map((city) => netReturn(city, city.upper) / Math.max(city.upper, 1e-300));
  let left = total - plan.reduce((sum, b) => sum + b, 0);
  for (const i of mean.map((_, k) => k).sort((a, b) => mean[b]! - mean[a]!)) {
    const more = Math.min(left, cities[i]!.upper - plan[i]!);
    plan[i]! += more;
    left -= more;
  }
  return plan;
}

/** The price of each party is a sum over the rows that bind: least squares, of least norm where rows depend on each other. */
function pricesOfRows(rows: readonly CouplingRow[], spend: Float64Array, prices: readonly number[]): number[] {
  const n = spend.length;
  const active = rows.flatMap(({ weights, lower, upper }, r) => {
    let [sum, size] = [0, 1];
    for (let i = 0; i < n; i++) {
      sum += weights[i]! * spend[i]!;
      size += Math.abs(weights[i]! * spend[i]!);
    }
    return Math.min(sum - lower, upper - sum) <= 1e-7 * size ? [r] : [];
  });
  const result = rows.map(() => 0);
  if (active.length === 0) return result;
  const columns = new Float64Array(n * active.length);
  for (const [k, r] of active.entries()) {
    for (let i = 0; i < n; i++) columns[i * active.length + k] = rows[r]!.weights[i]!;
  }
  const found = lstsq(
    fromTyped([n, active.length], columns) as NDArray,
    fromTyped([n], Float64Array.from(prices)) as NDArray,
  );
  for (const [k, price] of found.x.toArray().entries()) result[active[k]!] = price;
  return result;
}
