import { fromTyped, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { type Task, task } from "../executor/index.ts";
import type { Proximable } from "../prox/index.ts";
import { type City, isConcave, netReturn, stepNear } from "./city-step.ts";
import { curveOf, type Response } from "./response.ts";

/** A city as its worker needs it. */
export interface CityItem {
  readonly response: Response;
  readonly lower: number;
  readonly upper: number;
  readonly reference?: { readonly value: number; readonly weight: number };
}

/**
 * −return on [lower, upper], for `sharing`: what a party minimizes.
 *
 *     prox(v) = the root of (b − v)/t = slope(b), clipped to the limits
 *
 * `lower` is 0 and `upper` Infinity by default. log has a closed form, the others take about eight steps of Newton's method. A Hill
 * curve that is convex on a part of [lower, upper] is not a convex function (`convex: false`): all stationary points are compared.
 * @throws OptionError for a response that cannot be, and when lower is negative or above upper.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { negativeReturn } from "steepest/allocate";
 * const city = negativeReturn({ form: "log", scale: 4, saturation: 10 }, { lower: 5, upper: 60 });
 * console.log(city.prox(array([21 - 4 / 31]), 1).mul(1e9).round().div(1e9).toArray()); // [21]
 * ```
 */
export function negativeReturn(response: Response, options: { lower?: number; upper?: number } = {}): Proximable {
  const { lower = 0, upper = Infinity } = options;
  const checker = new OptionChecker("negativeReturn", options, ["lower", "upper"]);
  if (!(lower >= 0 && lower < Infinity)) checker.fail("lower", `lower must be a number of 0 or more, got ${lower}.`);
  if (!(upper >= lower)) checker.fail("upper", `upper must be at least lower, got ${upper} below ${lower}.`);
  checker.done();
  return proximableOf("negativeReturn", { response, lower, upper });
}

/** Makes the function of a city where its data are: what `allocate` gives to an executor. */
export const cityReturn: Task<CityItem, Proximable> = task("steepest/allocate", "cityReturn", (item: CityItem) =>
  proximableOf("allocate", item),
);

export function cityOf(owner: string, { response, lower, upper, reference }: CityItem): City {
  return {
    curve: curveOf(owner, response),
    lower,
    upper,
    weight: reference?.weight ?? 0,
    value: reference?.value ?? 0,
  };
}

function proximableOf(owner: string, item: CityItem): Proximable {
  const city = cityOf(owner, item);
  const { lower, upper } = city;
  return {
    name: `negative ${item.response.form} return`,
    convex: isConcave(city),
    value(x) {
      let sum = 0;
      for (const b of x.toArray()) {
        const slack = 1e-9 * Math.max(1, Math.abs(b));
        if (!(b >= lower - slack && b <= upper + slack)) return Infinity;
        sum -= netReturn(city, Math.min(upper, Math.max(lower, b)));
      }
      return sum;
    },
    prox(v, t) {
      const spend = Float64Array.from(v.toArray(), (near) => stepNear(city, near, 1 / t));
      return (fromTyped(v.shape, spend) as NDArray).astype(v.dtype) as NDArray; // the width of v, a float
    },
  };
}
