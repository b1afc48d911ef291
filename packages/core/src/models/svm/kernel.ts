// Kernels: inner products in a space of features that is never written down.
import type { NDArray } from "../../array/index.ts";
import { OptionChecker, OptionError } from "../../errors/index.ts";

/** Needs a positive semi-definite Gram matrix for a guaranteed optimum; `sigmoidKernel` need not give one, the report says so. */
export interface Kernel {
  readonly name: string;
  /** K[i, j] = k(xᵢ, zⱼ) */
  gram(X: NDArray, Z: NDArray): NDArray;
}

/** "scale" = 1/(d·Var X) with the variance of all entries, "auto" = 1/d. */
export type Gamma = number | "scale" | "auto";

/** A kernel that is known by its numbers, and can be saved. */
export interface KernelForm {
  readonly kind: "linear" | "rbf" | "polynomial" | "sigmoid" | "precomputed";
  readonly gamma: Gamma;
  readonly degree: number;
  readonly offset: number;
}

const FORMS = new WeakMap<Kernel, KernelForm>();

/** What a kernel of this library is; undefined for a user's own. */
export function formOf(kernel: Kernel): KernelForm | undefined {
  return FORMS.get(kernel);
}

function known(name: string, form: KernelForm, gram: Kernel["gram"]): Kernel {
  const kernel: Kernel = { name, gram };
  FORMS.set(kernel, form);
  return kernel;
}

/**
 * k(x, z) = x·z: the model is linear, and `coef` of the fitted machine says which.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { linearKernel } from "steepest/models";
 * linearKernel().gram(array([[1, 2]]), array([[3, 4], [0, 1]])).toNested(); // [[11, 2]]
 * ```
 */
export function linearKernel(): Kernel {
  return known("linear", { kind: "linear", gamma: 1, degree: 1, offset: 0 }, (X, Z) => X.matmul(Z.T));
}

/**
 * k(x, z) = exp(−γ‖x − z‖²): near points are alike, far ones have nothing to do with each other.
 *
 * Default gamma "scale". In `gram` the variance of "scale" is that of Z, the rows of the fit.
 * @throws OptionError when gamma is not positive.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { rbf } from "steepest/models";
 * rbf({ gamma: 0.5 }).gram(array([[0, 0]]), array([[0, 0], [1, 1]])).toNested(); // [[1, 0.3679]]
 * ```
 */
export function rbf(options: { gamma?: Gamma } = {}): Kernel {
  const { gamma = "scale" } = options;
  const checker = new OptionChecker("rbf", options, ["gamma"]);
  checkGamma(checker, gamma);
  checker.done();
  return known("rbf", { kind: "rbf", gamma, degree: 1, offset: 0 }, (X, Z) => {
    const norms = (A: NDArray) => A.mul(A).sum(1, { keepDims: true });
    const distances = norms(X).add(norms(Z).T).sub(X.matmul(Z.T).mul(2)).relu();
    return distances.mul(-gammaOf(gamma, Z)).exp();
  });
}

/**
 * k(x, z) = (γ·x·z + offset)^degree: all products of features up to the degree when offset > 0.
 *
 * Defaults: degree 3, gamma "scale", offset 0.
 * @throws OptionError when degree is no positive integer, gamma not positive, or offset negative.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { polynomial } from "steepest/models";
 * polynomial({ degree: 2, gamma: 1, offset: 1 }).gram(array([[1, 2]]), array([[3, 4]])).item(); // 144
 * ```
 */
export function polynomial(options: { degree?: number; gamma?: Gamma; offset?: number } = {}): Kernel {
  const { degree = 3, gamma = "scale", offset = 0 } = options;
  const checker = new OptionChecker("polynomial", options, ["degree", "gamma", "offset"])
    .integer("degree", 1, 100)
    .number("offset", 0);
  checkGamma(checker, gamma);
  checker.done();
  return known("polynomial", { kind: "polynomial", gamma, degree, offset }, (X, Z) => {
    const base = X.matmul(Z.T).mul(gammaOf(gamma, Z)).add(offset);
    let power = base;
    for (let i = 1; i < degree; i++) power = power.mul(base);
    return power;
  });
}

/**
 * k(x, z) = tanh(γ·x·z + offset). Its Gram matrix need not be positive semi-definite: a fit ends, but promises no optimum.
 *
 * Defaults: gamma "scale", offset 0.
 * @throws OptionError when gamma is not positive.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { sigmoidKernel } from "steepest/models";
 * sigmoidKernel({ gamma: 1 }).gram(array([[1]]), array([[0.5]])).item(); // 0.4621
 * ```
 */
export function sigmoidKernel(options: { gamma?: Gamma; offset?: number } = {}): Kernel {
  const { gamma = "scale", offset = 0 } = options;
  const checker = new OptionChecker("sigmoidKernel", options, ["gamma", "offset"]).number("offset");
  checkGamma(checker, gamma);
  checker.done();
  return known("sigmoid", { kind: "sigmoid", gamma, degree: 1, offset }, (X, Z) =>
    X.matmul(Z.T).mul(gammaOf(gamma, Z)).add(offset).tanh(),
  );
}

/**
 * X is the Gram matrix itself: "n n" to fit, and "m n" to predict, with k of each new row to each of the n old ones.
 *
 * @example
 * ```ts
 * import { precomputed, svc } from "steepest/models";
 * const model = svc({ kernel: precomputed() }).fit([[1, 0, -1], [0, 1, 1], [-1, 1, 2]], ["a", "b", "b"]);
 * console.log(model.predict([[-2, 1, 3]])); // ["b"]
 * ```
 */
export function precomputed(): Kernel {
  return known("precomputed", { kind: "precomputed", gamma: 1, degree: 1, offset: 0 }, (X) => X);
}

/**
 * A kernel of one's own: `gram` gives K[i, j] = k(xᵢ, zⱼ). Machines with it cannot be saved, since a file holds no functions.
 *
 * @throws OptionError when `gram` is no function.
 *
 * @example
 * ```ts
 * import { customKernel, svc } from "steepest/models";
 * const cosine = customKernel("cosine", (A, B) => {
 *   const unit = (Z: typeof A) => Z.div(Z.norm(1, { keepDims: true }));
 *   return unit(A).matmul(unit(B).T);
 * });
 * console.log(svc({ kernel: cosine }).fit([[1, 0], [3, 1], [0, 1], [1, 4]], [0, 0, 1, 1]).predict([[9, 1]])); // [0]
 * ```
 */
export function customKernel(name: string, gram: (X: NDArray, Z: NDArray) => NDArray): Kernel {
  if (typeof gram !== "function") {
    throw new OptionError(`customKernel: the second argument must be a function (X, Z) => K, got ${typeof gram}.`, {
      code: "invalid-option",
      option: "gram",
    });
  }
  return { name, gram };
}

function checkGamma(checker: OptionChecker, gamma: unknown): void {
  if (gamma === "scale" || gamma === "auto") return;
  if (typeof gamma === "number" && gamma > 0 && gamma < Infinity) return;
  checker.fail("gamma", `gamma must be positive, "scale" or "auto", got ${String(gamma)}.`);
}

function gammaOf(gamma: Gamma, Z: NDArray): number {
  return typeof gamma === "number" ? gamma : gammaFrom(gamma, Float64Array.from(Z.toArray()), Z.shape[1]!);
}

/** The number that "scale" and "auto" stand for on rows of d values. */
export function gammaFrom(gamma: Gamma, values: Float64Array, d: number): number {
  if (typeof gamma === "number") return gamma;
  if (gamma === "auto") return 1 / d;
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return variance > 0 ? 1 / (d * variance) : 1; // scikit-learn's value for constant data
}
