// New proximable functions from given ones.
import { type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { arrayLike, checkPositive, checkSize, numbersOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * factor·f.
 *
 *     prox_{t·(c·f)}(v) = prox_{(t·c)·f}(v)
 *
 * @throws OptionError unless factor is positive.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1, scaled } from "steepest/prox";
 * scaled(l1(1), 2).prox(array([3, -1]), 1).toArray(); // [1, 0]
 * ```
 */
export function scaled(f: Proximable, factor: number): Proximable {
  checkPositive("scaled", "factor", factor);
  const { quadratic } = f;
  return {
    ...f,
    name: `${factor}·${f.name}`,
    value: (x) => factor * f.value(x),
    prox: (v, t) => f.prox(v, t * factor),
    ...(quadratic !== undefined && {
      quadratic: () => {
        const { P, q } = quadratic();
        return { P: P.map((v) => factor * v), q: q.map((v) => factor * v) };
      },
    }),
  };
}

/**
 * x ↦ f(x − by).
 *
 *     prox(v) = by + prox_f(v − by)
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1, translated } from "steepest/prox";
 * translated(l1(1), [2, 2]).prox(array([5, 2.5]), 1).toArray(); // [4, 2]
 * ```
 */
export function translated(f: Proximable, by: ArrayLike): Proximable {
  const shift = array(by as NDArray) as NDArray;
  return {
    name: `translated ${f.name}`,
    convex: f.convex,
    ...(f.size !== undefined && { size: f.size }),
    ...(f.factorizations !== undefined && { factorizations: f.factorizations }),
    value: (x) => f.value(x.sub(shift)),
    prox: (v, t) => f.prox(v.sub(shift), t).add(shift).astype(v.dtype) as NDArray, // a float
  };
}

/**
 * A sum of functions of neighboring parts of a vector, each with its `size`.
 *
 * @throws OptionError when there is no part, or a size is not an integer of 1 or more.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { l1, nonnegative, separable } from "steepest/prox";
 * const f = separable([{ size: 1, f: l1(1) }, { size: 2, f: nonnegative() }]);
 * f.prox(array([3, -1, 4]), 1).toArray(); // [2, 0, 4]
 * ```
 */
export function separable(parts: readonly { readonly size: number; readonly f: Proximable }[]): Proximable {
  const wrong = parts.findIndex(({ size }) => !Number.isInteger(size) || size < 1);
  if (parts.length === 0 || wrong !== -1) {
    const what = parts.length === 0 ? "there is no part" : `part ${wrong} has size ${parts[wrong]!.size}`;
    throw new OptionError(`separable: ${what}; each part needs a size of 1 or more.`, {
      code: "invalid-option",
      option: "parts",
    });
  }
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const split = (x: NDArray): NDArray[] => {
    checkSize("separable", x, size);
    const flat = x.flatten();
    let at = 0;
    return parts.map((part) => {
      at += part.size;
      return flat.at([at - part.size, at]);
    });
  };
  return {
    name: "separable",
    convex: parts.every(({ f }) => f.convex),
    size,
    value: (x) => split(x).reduce((sum, part, i) => sum + parts[i]!.f.value(part), 0),
    prox(v, t) {
      const to = new Float64Array(size);
      let at = 0;
      for (const [i, part] of split(v).entries()) {
        to.set(numbersOf(parts[i]!.f.prox(part, t)), at);
        at += part.size;
      }
      return arrayLike(v, to);
    },
  };
}

/**
 * The convex conjugate f*(y) = sup_x xᵀy − f(x), by Moreau's identity.
 *
 *     prox_{t·f*}(v) = v − t·prox_{f/t}(v/t)
 *
 * The value is the limit of proximal steps towards the supremum, x ← prox_{s·f}(x + s·y) with growing s: exact to about ten digits,
 * Infinity where it grows without end.
 * @throws OptionError when f is not convex: the identity does not hold then.
 * Source: Parikh & Boyd (2014), section 2.5; the value: Rockafellar (1976).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { conjugate, l1 } from "steepest/prox";
 * const dual = conjugate(l1(1)); // the set |yᵢ| ≤ 1
 * console.log(dual.prox(array([3, -0.5]), 2).toArray(), dual.value(array([0.5, 1]))); // [1, -0.5] 0
 * ```
 */
export function conjugate(f: Proximable): Proximable {
  if (!f.convex) {
    throw new OptionError(
      `conjugate: ${f.name} is not convex, so its proximal operator does not give that of its conjugate.`,
      {
        code: "not-convex",
        option: "f",
      },
    );
  }
  return {
    name: `conjugate of ${f.name}`,
    convex: true,
    ...(f.size !== undefined && { size: f.size }),
    value: (y) => supremum(f, y),
    prox: (v, t) => v.sub(f.prox(v.mul(1 / t), 1 / t).mul(t)),
  };
}

const MOST_SUPREMUM_STEPS = 40;

/** Proximal steps never lower xᵀy − f(x); with growing s the error falls faster than any geometric series. */
function supremum(f: Proximable, y: NDArray): number {
  let x = fromTyped(y.shape, new Float64Array(y.size)) as NDArray;
  let value = -Infinity;
  for (let step = 0, s = 1, idle = 0; step < MOST_SUPREMUM_STEPS && idle < 2; step++, s *= 4) {
    x = f.prox(x.add(y.mul(s)), s);
    const next = x.dot(y).item() - f.value(x);
    idle = next > value + 1e-14 * Math.max(1, Math.abs(value)) ? 0 : idle + 1;
    if (next > value) value = next;
  }
  // s has grown to 4⁴⁰: what still rises with it has no upper bound
  return value > 1e12 ? Infinity : value;
}
