// What couples the parties: the total, limits on groups, further rows. As a set to project on, for ADMM and for the last step.
import { type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { ConvergenceError, OptionError, ShapeError } from "../errors/index.ts";
import { type Proximable, sumAtMost, sumEquals } from "../prox/index.ts";
import { polyhedron } from "../solve/index.ts";
import type { AllocateOptions, Budget } from "./party.ts";
import { clear, type Demand } from "./price.ts";

/** Rows lower ≤ a·b ≤ upper over the parties. */
export interface CouplingRow {
  readonly weights: Float64Array;
  readonly lower: number;
  readonly upper: number;
  /** "total", the name of a group, or undefined for a row of `limits`. */
  readonly group?: string;
}

/** The total first, then groups, then `limits`. @throws ShapeError when `limits` do not fit. */
export function couplingRows(budget: Budget, limits: AllocateOptions["limits"]): CouplingRow[] {
  const n = budget.items.length;
  const rows: CouplingRow[] = [
    {
      weights: new Float64Array(n).fill(1),
      lower: budget.atMost ? -Infinity : budget.total,
      upper: budget.total,
      group: "total",
    },
  ];
  for (const { name, members, lower, upper } of budget.groups) {
    const weights = new Float64Array(n);
    for (const i of members) weights[i] = 1;
    rows.push({ weights, lower, upper, group: name });
  }
  if (limits === undefined) return rows;
  const A = "nonzeros" in limits.A ? limits.A.toDense() : (array(limits.A as NDArray) as NDArray);
  const [m, columns] = A.shape;
  const side = (given: ArrayLike | undefined, none: number) =>
    given === undefined ? new Array<number>(m!).fill(none) : array(given as NDArray).toArray();
  const [lower, upper] = [side(limits.lower, -Infinity), side(limits.upper, Infinity)];
  if (A.ndim !== 2 || columns !== n || lower.length !== m || upper.length !== m) {
    throw new ShapeError(
      `allocate: limits.A must be [rows, ${n}], one column per party, with lower and upper of as many rows, got A [${A.shape.join(", ")}], lower ${lower.length}, upper ${upper.length}.`,
      { code: "shapes-differ", operation: "allocate", shapes: [A.shape] },
    );
  }
  const values = A.toArray();
  for (let i = 0; i < m!; i++) {
    rows.push({ weights: Float64Array.from(values.slice(i * n, (i + 1) * n)), lower: lower[i]!, upper: upper[i]! });
  }
  return rows;
}

/** The set of all spends that keep the rows, limits of parties apart: the shared step of ADMM. */
export function sharedSet(budget: Budget, rows: readonly CouplingRow[]): Proximable {
  if (rows.length === 1) return budget.atMost ? sumAtMost(budget.total) : sumEquals(budget.total);
  if (rows.length > 1 + budget.groups.length) return flattened(polyhedron(...matrixOf(rows)));
  return {
    name: "total and groups",
    convex: true,
    value: (x) => (keeps(Float64Array.from(x.toArray()), rows) ? 0 : Infinity),
    prox(v) {
      const near = Float64Array.from(v.toArray());
      const demand: Demand = {
        count: near.length,
        fill: (price, to) => {
          for (let i = 0; i < to.length; i++) to[i] = near[i]! - price;
        },
      };
      return fromTyped(v.shape, clear(demand, budget.groups, budget.total, budget.atMost).spend) as NDArray;
    },
  };
}

/** The nearest plan that keeps every limit: those of the parties, the total, groups and rows. */
export function nearestPlan(budget: Budget, rows: readonly CouplingRow[], near: Float64Array): Float64Array {
  const { items, groups, total, atMost } = budget;
  const clipped = (i: number, b: number) => Math.min(items[i]!.upper, Math.max(items[i]!.lower, b));
  if (rows.length === 1 + groups.length) {
    const demand: Demand = {
      count: near.length,
      fill: (price, to) => {
        for (let i = 0; i < to.length; i++) to[i] = clipped(i, near[i]! - price);
      },
    };
    return clear(demand, groups, total, atMost).spend;
  }
  const limits = items.map(({ lower, upper }, i) => {
    const weights = new Float64Array(items.length);
    weights[i] = 1;
    return { weights, lower, upper };
  });
  try {
    const plan = polyhedron(...matrixOf([...rows, ...limits])).prox(fromTyped([near.length], near) as NDArray, 1);
    return Float64Array.from(plan.toArray(), (b, i) => clipped(i, b));
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    throw new OptionError(
      "allocate: no plan keeps the total, the limits of the parties, the groups and `limits` together. Loosen one of the rows of `limits`.",
      { code: "infeasible", option: "limits" },
    );
  }
}

/** Whether a plan keeps all rows, up to rounding. */
export function keeps(plan: Float64Array, rows: readonly CouplingRow[]): boolean {
  return rows.every(({ weights, lower, upper }) => {
    let [sum, size] = [0, 1];
    for (let i = 0; i < plan.length; i++) {
      sum += weights[i]! * plan[i]!;
      size += Math.abs(weights[i]! * plan[i]!);
    }
    return sum >= lower - 1e-9 * size && sum <= upper + 1e-9 * size;
  });
}

function matrixOf(rows: readonly CouplingRow[]): [number[][], number[], number[]] {
  return [rows.map(({ weights }) => [...weights]), rows.map(({ lower }) => lower), rows.map(({ upper }) => upper)];
}

/** For a column of parties. */
function flattened(set: Proximable): Proximable {
  return {
    ...set,
    value: (x) => set.value(x.flatten()),
    prox: (v, t) => set.prox(v.flatten(), t).reshape(...v.shape),
  };
}
