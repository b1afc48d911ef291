// Options that all kernel machines share, and what a fit makes of them.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DataError, formatNumber, formatShape, type OptionChecker, ShapeError } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import type { Design } from "../design.ts";
import type { FitOptions, FitReport } from "../fitted.ts";
import { formOf, gammaFrom, type Kernel, rbf } from "./kernel.ts";
import { type GramSource, gramByMatrix, gramByRule, type KernelRule, pointsOf } from "./kernel-rows.ts";
import type { Machine } from "./machine.ts";
import type { SmoOptions } from "./smo.ts";

export interface SvmOptions {
  /** Default `rbf()`. */
  kernel?: Kernel;
  /** KKT violation to reach. Default 1e-3, libsvm's. */
  tolerance?: number;
  /** Kernel rows kept, in MiB. Default 200. */
  cacheMiB?: number;
  /** Leaves out bounded coefficients for a while; the result is the same within `tolerance`. Default true. */
  shrinking?: boolean;
  /** "smo" (default), or the explicit dual as one quadratic program: up to 500 rows, to compare. */
  solver?: "smo" | "qp";
  /** Pairs of coefficients that are moved. Default 10⁷, or 100 per row if that is more. */
  maxSteps?: number;
}

export const SVM_OPTIONS: readonly string[] = [
  "kernel",
  "tolerance",
  "cacheMiB",
  "shrinking",
  "solver",
  "maxSteps",
] satisfies (keyof SvmOptions)[];

export function checkSvm(checker: OptionChecker, { kernel }: SvmOptions): OptionChecker {
  checker
    .number("tolerance", 0, Infinity, true)
    .number("cacheMiB", 0, Infinity, true)
    .boolean("shrinking")
    .oneOf("solver", ["smo", "qp"])
    .integer("maxSteps", 0);
  if (kernel !== undefined && typeof kernel?.gram !== "function") {
    checker.fail("kernel", "kernel must be a kernel, such as rbf({ gamma: 0.5 }) or linearKernel().");
  }
  return checker;
}

export function smoOptions(options: SvmOptions, n: number, { signal }: FitOptions): SmoOptions {
  const { tolerance = 1e-3, cacheMiB = 200, shrinking = true, maxSteps = Math.max(10_000_000, 100 * n) } = options;
  return { tolerance, cacheMiB, shrinking, maxSteps, stopped: () => signal?.aborted === true };
}

/** A kernel on the rows of a fit. */
export interface FittedKernel {
  readonly name: string;
  /** Undefined for a user's kernel and for given matrices. */
  readonly rule: KernelRule | undefined;
  readonly precomputed: boolean;
  readonly kernel: Kernel;
  readonly gram: GramSource;
}

/** @throws ShapeError or DataError for a Gram matrix that is none. */
export function fitKernel(owner: string, given: Kernel | undefined, X: Design): FittedKernel {
  const kernel = given ?? rbf();
  const form = formOf(kernel);
  const { n, d, values } = X;
  const common = { name: kernel.name, kernel };
  if (form === undefined) {
    const rows = fromTyped([n, d], values) as NDArray; // f64
    const K = userGram(owner, kernel, rows, rows);
    checkSymmetric(owner, K, n);
    return { ...common, rule: undefined, precomputed: false, gram: gramByMatrix(K, n) };
  }
  if (form.kind === "precomputed") {
    if (n !== d) {
      throw new ShapeError(
        `${owner}: with precomputed() X is the Gram matrix of the rows and must be square, got ${formatShape([n, d])}.`,
        { code: "not-square", operation: owner, shapes: [[n, d]] },
      );
    }
    checkSymmetric(owner, values, n);
    return { ...common, rule: undefined, precomputed: true, gram: gramByMatrix(values, n) };
  }
  const rule: KernelRule = { ...form, kind: form.kind, gamma: gammaFrom(form.gamma, values, d) };
  return { ...common, rule, precomputed: false, gram: gramByRule(rule, pointsOf(values, d)) };
}

/** K of a user's kernel, checked: shape and finite entries. */
export function userGram(owner: string, kernel: Kernel, X: NDArray, Z: NDArray): Float64Array {
  const K = kernel.gram(X, Z);
  const [n, m] = [X.shape[0]!, Z.shape[0]!];
  if (K.shape.length !== 2 || K.shape[0] !== n || K.shape[1] !== m) {
    throw new ShapeError(
      `${owner}: the kernel "${kernel.name}" gave ${formatShape(K.shape)} for ${n} and ${m} rows. gram(X, Z) must give one value per pair, ${formatShape([n, m])}.`,
      { code: "kernel-shape", operation: owner, shapes: [K.shape] },
    );
  }
  const values = Float64Array.from(readTensor(K)!.data);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new DataError(
      `${owner}: the kernel "${kernel.name}" of rows ${Math.floor(at / m)} and ${at % m} is ${values[at]}. Kernels give finite numbers.`,
      { code: "not-finite", row: Math.floor(at / m), received: String(values[at]) },
    );
  }
  return values;
}

/** All entries: the matrix is there, and a wrong one is found in no other way. */
function checkSymmetric(owner: string, K: Float64Array, n: number): void {
  const largest = K.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(K[i * n + j]! - K[j * n + i]!) <= 1e-8 * largest) continue;
      throw new DataError(
        `${owner}: the Gram matrix is not symmetric: K[${i}, ${j}] = ${formatNumber(K[i * n + j]!)}, K[${j}, ${i}] = ${formatNumber(K[j * n + i]!)}. k(x, z) must equal k(z, x).`,
        { code: "not-symmetric", row: i, column: String(j) },
      );
    }
  }
}

/** One report of all machines of a fit: worst status, sums of objectives and gaps. */
export function reportOf(
  machines: readonly Machine[],
  { name, rule }: Pick<FittedKernel, "name" | "rule">,
  { tolerance = 1e-3, solver = "smo" }: SvmOptions,
): FitReport {
  const sum = (of: (machine: Machine) => number) => machines.reduce((total, machine) => total + of(machine), 0);
  const violation = Math.max(...machines.map((machine) => machine.violation));
  const gap = sum((machine) => machine.gap);
  const objective = sum((machine) => machine.objective);
  const has = (ended: Machine["ended"]) => machines.some((machine) => machine.ended === ended);
  const size = `largest KKT violation ${formatNumber(violation)}, objective above the optimum by at most ${formatNumber(gap)}`;
  const common = { solver, objective, gap, history: [], steps: sum((machine) => machine.steps) };
  if (has("aborted")) return { ...common, status: "aborted", message: `Stopped by its signal: ${size}.` };
  if (has("max-steps")) {
    const advice = `asked for was a violation of ${formatNumber(tolerance)}. Raise maxSteps, standardize the features, or lower C.`;
    return { ...common, status: "max-steps", message: `Not converged within maxSteps: ${size}; ${advice}` };
  }
  if (machines.some((machine) => machine.marginless)) {
    const message = `No margin: so few violations as nu allows leave rows of both classes together, ${size}. Raise nu, or use svc.`;
    return { ...common, status: "stalled", message };
  }
  const doubtful = rule?.kind === "sigmoid" || machines.some((machine) => machine.indefinite);
  const note = doubtful
    ? ` The kernel "${name}" is not known to be positive semi-definite, so the point is stationary, but no optimum is guaranteed.`
    : "";
  return { ...common, status: "converged", message: `Converged: ${size}.${note}` };
}
