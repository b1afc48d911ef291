import { OptionChecker } from "../errors/index.ts";
import { increasingRoot } from "./increasing-root.ts";
import { arrayLike, INSIDE, numbersOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/** A concave utility of one variable. */
export interface ScalarRule {
  name: string;
  value: (x: number) => number;
  /** Its derivative: falls with x; may be Infinity at the lower end. */
  slope: (x: number) => number;
  /** Its second derivative, 0 or less: Newton's steps then need few tries. */
  curvature?: (x: number) => number;
  /** Default −Infinity. */
  lower?: number;
  /** Default Infinity. */
  upper?: number;
}

/**
 * f(x) = −u(x) on [lower, upper] for a concave utility u of one variable, entry by entry.
 *
 *     prox(v) = the root of x − v − t·u′(x), or the end of the interval that it lies beyond
 *
 * Method: Newton's steps inside of a bracket, bisection where they leave it.
 * @throws OptionError when value or slope is no function, or lower is above upper.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { fromScalarFunction } from "steepest/prox";
 * const f = fromScalarFunction({ name: "log", value: Math.log, slope: (x) => 1 / x, lower: 0 });
 * f.prox(array([0, 1.5]), 1).toArray(); // [1, 2]
 * ```
 */
export function fromScalarFunction(rule: ScalarRule): Proximable {
  const { name, value, slope, curvature, lower = -Infinity, upper = Infinity } = rule;
  const checker = new OptionChecker("fromScalarFunction", rule, [
    "name",
    "value",
    "slope",
    "curvature",
    "lower",
    "upper",
  ]);
  for (const [option, given] of [
    ["value", value],
    ["slope", slope],
  ] as const) {
    if (typeof given !== "function") checker.fail(option, `${option} must be a function.`);
  }
  if (!(lower <= upper)) checker.fail("lower", `lower must be at most upper, got ${lower} and ${upper}.`);
  checker.done();
  return {
    name,
    convex: true,
    value(x) {
      let sum = 0;
      for (const entry of numbersOf(x)) {
        const slack = INSIDE * Math.max(1, Math.abs(entry));
        if (entry < lower - slack || entry > upper + slack) return Infinity;
        sum -= value(Math.min(upper, Math.max(lower, entry)));
      }
      return sum;
    },
    prox(v, t) {
      const step = (near: number): number =>
        increasingRoot(
          (x) => x - near - t * slope(x),
          curvature === undefined ? undefined : (x) => 1 - t * curvature(x),
          lower,
          upper,
          near,
        );
      return arrayLike(v, numbersOf(v).map(step));
    },
  };
}
