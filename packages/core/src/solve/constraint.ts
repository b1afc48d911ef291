import type { NDArray } from "../array/index.ts";

/** A condition on the variables; every entry of what `fn` returns is one. Made by `equality` and `inequality`. */
export interface Constraint<X> {
  readonly kind: "equality" | "inequality";
  /** Appears in messages. */
  readonly name?: string;
  readonly fn: (x: X) => NDArray;
}

/**
 * The condition g(x) = 0, entry by entry.
 *
 * Its multipliers λ have the sign of L = f + Σλg: shifting it to g(x) = δ changes the optimal value by −λδ.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { equality, minimize } from "steepest/solve";
 * const onLine = equality((p: NDArray) => p.sum().sub(1), { name: "line" });
 * const { x, multipliers } = minimize((p: NDArray) => p.square().sum(), [0, 0], { constraints: [onLine] });
 * console.log(x.toArray().map((v) => v.toFixed(6)), multipliers.equality[0]!.toFixed(6)); // ["0.500000", "0.500000"] -1.000000
 * ```
 */
export function equality<X>(g: (x: X) => NDArray, options: { name?: string } = {}): Constraint<X> {
  return { kind: "equality", fn: g, ...options };
}

/**
 * The condition h(x) ≥ 0, entry by entry, as in SciPy.
 *
 * Its multipliers μ ≥ 0 have the sign of L = f − Σμh: asking for h(x) ≥ δ raises the optimal value by μδ.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { inequality, minimize } from "steepest/solve";
 * const inDisk = inequality((p: NDArray) => p.square().sum().neg().add(1));
 * const { x, multipliers } = minimize((p: NDArray) => p.at(0).sum(), [0.5, 0.5], { constraints: [inDisk] });
 * console.log(x.at(0).item().toFixed(6), multipliers.inequality[0]!.toFixed(6)); // -1.000000 0.500000
 * ```
 */
export function inequality<X>(h: (x: X) => NDArray, options: { name?: string } = {}): Constraint<X> {
  return { kind: "inequality", fn: h, ...options };
}
