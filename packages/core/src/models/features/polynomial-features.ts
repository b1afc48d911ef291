// Powers and products of columns.

import { fromTyped, type NDArray } from "../../array/index.ts";
import { OptionChecker } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import { readTraining } from "../design.ts";
import type { ModelState } from "../state.ts";
import { StateReader } from "../state-reader.ts";
import { type FittedTransform, fittedTransform, type Transform } from "./transform.ts";

export interface PolynomialFeaturesOptions {
  /** Largest total degree. */
  degree: number;
  /** Products of different columns only, no powers. Default false. */
  interactionsOnly?: boolean;
  /** A first column of ones. Default false: learners have an intercept. */
  bias?: boolean;
}

const KIND = "polynomialFeatures";

/**
 * All products of columns up to a total degree: for x, y and degree 2 these are x, y, x², xy, y².
 *
 * There are C(d + degree, degree) − 1 of them: 285 for 10 columns and degree 3. High powers are nearly dependent: standardize
 * before, and use a penalty.
 *
 * @example
 * ```ts
 * import { polynomialFeatures } from "steepest/models";
 * const powers = polynomialFeatures({ degree: 2 }).fit([[2, 3]]);
 * console.log(powers.transform([[2, 3]]).toArray(), powers.names); // [2, 3, 4, 6, 9] ["x0", "x1", "x0^2", "x0*x1", "x1^2"]
 * ```
 */
export function polynomialFeatures(options: PolynomialFeaturesOptions): Transform {
  new OptionChecker(KIND, options, ["degree", "interactionsOnly", "bias"])
    .required("degree")
    .integer("degree", 1)
    .boolean("interactionsOnly")
    .boolean("bias")
    .done();
  const { degree, interactionsOnly = false, bias = false } = options;
  return {
    kind: KIND,
    fit(X) {
      const { d } = readTraining(KIND, X);
      const products: number[][] = bias ? [[]] : [];
      for (let total = 1; total <= degree; total++) products.push(...monomials(d, total, interactionsOnly));
      return fitted(d, products);
    },
  };
}

export function restorePolynomialFeatures(state: ModelState, path: string): FittedTransform {
  const reader = new StateReader(state, path);
  const columns = reader.integer("columns", 1);
  const exponents = reader.tensor("exponents", [-1, columns]);
  reader.done();
  const rows = readTensor(exponents)!.data;
  const products = Array.from({ length: exponents.shape[0]! }, (_, m) =>
    Array.from({ length: columns }, (_, j) => new Array<number>(rows[m * columns + j]!).fill(j)).flat(),
  );
  return fitted(columns, products);
}

/** Products of `total` columns as ascending lists of column indices: [0, 0], [0, 1], [1, 1]. */
function monomials(d: number, total: number, distinct: boolean, from = 0): number[][] {
  if (total === 0) return [[]];
  return Array.from({ length: d - from }, (_, i) => from + i).flatMap((j) =>
    monomials(d, total - 1, distinct, distinct ? j + 1 : j).map((rest) => [j, ...rest]),
  );
}

function fitted(d: number, products: readonly (readonly number[])[]): FittedTransform {
  const width = products.length;
  const exponents = new Float64Array(width * d);
  products.forEach((columns, m) => {
    for (const j of columns) exponents[m * d + j]!++;
  });
  return fittedTransform({
    kind: KIND,
    features: d,
    names: products.map(productName),
    missing: "refuse",
    options: {},
    tensors: { exponents: fromTyped([width, d], exponents) as NDArray }, // f64
    apply(values, n) {
      const out = new Float64Array(n * width);
      for (let i = 0; i < n; i++) {
        products.forEach((columns, m) => {
          let product = 1;
          for (const j of columns) product *= values[i * d + j]!;
          out[i * width + m] = product;
        });
      }
      return out;
    },
  });
}

/** [0, 0, 1] is x0^2*x1. */
function productName(columns: readonly number[]): string {
  if (columns.length === 0) return "1";
  return [...new Set(columns)]
    .map((j) => {
      const power = columns.filter((other) => other === j).length;
      return power === 1 ? `x${j}` : `x${j}^${power}`;
    })
    .join("*");
}
