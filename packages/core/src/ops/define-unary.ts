// An elementwise operation of one's own.
import type { NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import type { Lowering } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/** Everything the library has to know about y = f(x). Both modes, any order and the laws follow from it. */
export interface UnaryDefinition {
  readonly name: string;
  /** Plain JS, f64: the definition of truth that every backend is compared with. */
  readonly value: (x: number) => number;
  /** The same in array operations, from which kernels are made. Left out, the operation runs as a host call, slowly. */
  readonly expression?: (x: NDArray) => NDArray;
  /** dy/dx from x and y, in array operations, so that it can be differentiated again. */
  readonly slope: (x: NDArray, y: NDArray) => NDArray;
  readonly domain: readonly [low: number, high: number];
  /** Where the slope jumps. Laws come close to these points and never sit on them. */
  readonly kinks?: readonly number[];
}

/**
 * An elementwise operation from its value and slope.
 *
 * @throws OptionError when the name is empty or the domain is not an interval.
 *
 * @example
 * ```ts
 * import { grad, type Scalar } from "steepest";
 * import { defineUnary } from "steepest/ops";
 * const softsign = defineUnary({
 *   name: "softsign",
 *   value: (x) => x / (1 + Math.abs(x)),
 *   slope: (x) => x.abs().add(1).pow(-2),
 *   domain: [-1e6, 1e6],
 * });
 * console.log(grad((x: Scalar) => softsign(x))(1).item()); // 0.25
 * ```
 */
export function defineUnary(rule: UnaryDefinition): Unary {
  if (rule.name === "")
    throw new OptionError("defineUnary: the name is empty.", { code: "invalid-option", option: "name" });
  if (!(rule.domain[0] < rule.domain[1])) {
    throw new OptionError(
      `defineUnary: the domain of ${rule.name} must run from low to high, got [${rule.domain.join(", ")}].`,
      {
        code: "invalid-option",
        option: "domain",
      },
    );
  }
  const { expression, ...plain } = rule;
  const lower: Lowering<undefined> = (build, inputs) =>
    expression === undefined ? undefined : build.call(([x]) => [expression(x as NDArray)], inputs)?.[0];
  return unary({ ...plain, lower, steep: true });
}
