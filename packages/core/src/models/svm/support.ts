// The part that all fitted kernel machines share: support vectors, and sums of kernels over them.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { DataError } from "../../errors/index.ts";
import { readTensor } from "../../program/index.ts";
import type { Design } from "../design.ts";
import type { JsonObject } from "../json.ts";
import type { StateReader } from "../state-reader.ts";
import type { Kernel } from "./kernel.ts";
import { type KernelPoints, type KernelRule, kernelRow, pointsOf } from "./kernel-rows.ts";
import { type FittedKernel, userGram } from "./options.ts";

export interface FittedKernelMachine {
  /** Rows of the training X that are support vectors, grouped by class. */
  readonly supportIndices: Int32Array;
  /** "s d" */
  readonly supportVectors: NDArray;
  /** Signed coefficients: "s", or "k−1 s" for k classes (one against one, in libsvm's layout). */
  readonly dualCoef: NDArray;
  /** b, a scalar or one per pair of classes; from the free vectors, else the middle of its interval. */
  readonly intercept: NDArray;
  /** Linear kernel only: "d", or "pairs d". */
  readonly coef: NDArray | undefined;
  /** 2/‖w‖ in the space of features, where there is one machine. */
  readonly margin: number | undefined;
}

/** Support vectors and the way to their kernel values. */
export interface Support {
  readonly indices: Int32Array;
  readonly vectors: NDArray;
  readonly rule: KernelRule | undefined;
  /** For a user's kernel. */
  readonly kernel: Kernel | undefined;
}

export function supportOf({ rule, precomputed, kernel }: FittedKernel, X: Design, indices: Int32Array): Support {
  const { d } = X;
  const values = new Float64Array(indices.length * d);
  indices.forEach((row, i) => {
    values.set(X.values.subarray(row * d, (row + 1) * d), i * d);
  });
  const vectors = fromTyped([indices.length, d], values) as NDArray; // f64
  return { indices, vectors, rule, kernel: rule === undefined && !precomputed ? kernel : undefined };
}

/**
 * K[row of X, support vector]·coefs + intercepts, for `columns` sums at once: "n columns".
 *
 * `coefs` is "s columns". A linear kernel goes by w instead, "d columns", when it is given.
 */
export function decisions(
  owner: string,
  X: Design,
  support: Support,
  coefs: Float64Array,
  intercepts: Float64Array,
  w: Float64Array | undefined,
): Float64Array {
  const columns = intercepts.length;
  const out = new Float64Array(X.n * columns);
  const weights = w ?? coefs;
  const rowOf = w === undefined ? kernelRowsOf(owner, X, support) : plainRows(X);
  for (let i = 0; i < X.n; i++) {
    const row = rowOf(i);
    const to = i * columns;
    for (let c = 0; c < columns; c++) out[to + c] = 0;
    for (let s = 0; s < row.length; s++) {
      const k = row[s]!;
      const from = s * columns;
      for (let c = 0; c < columns; c++) out[to + c] = out[to + c]! + k * weights[from + c]!;
    }
    for (let c = 0; c < columns; c++) out[to + c] = out[to + c]! + intercepts[c]!;
  }
  return out;
}

function plainRows({ d, values }: Design): (i: number) => Float64Array {
  return (i) => values.subarray(i * d, (i + 1) * d);
}

function kernelRowsOf(
  owner: string,
  X: Design,
  { indices, vectors, rule, kernel }: Support,
): (i: number) => Float64Array {
  const { n, d, values } = X;
  const row = new Float64Array(indices.length);
  if (rule !== undefined) {
    const points: KernelPoints = pointsOf(readTensor(vectors)!.data as Float64Array, d);
    return (i) => {
      kernelRow(rule, values, i * d, points, row);
      return row;
    };
  }
  if (kernel !== undefined) {
    if (n === 0 || indices.length === 0) return () => row;
    const K = userGram(owner, kernel, fromTyped([n, d], values) as NDArray, vectors);
    return (i) => K.subarray(i * indices.length, (i + 1) * indices.length);
  }
  return (i) => {
    for (let s = 0; s < indices.length; s++) row[s] = values[i * d + indices[s]!]!;
    return row;
  };
}

/** w = Σ βₛxₛ for each of `columns` machines, "d columns"; undefined unless the kernel is linear. */
export function linearWeights(
  { rule, vectors }: Support,
  coefs: Float64Array,
  columns: number,
): Float64Array | undefined {
  if (rule?.kind !== "linear") return undefined;
  const [s, d] = vectors.shape as [number, number];
  const data = readTensor(vectors)!.data;
  const w = new Float64Array(d * columns);
  for (let i = 0; i < s; i++) {
    for (let j = 0; j < d; j++) {
      const x = data[i * d + j]!;
      for (let c = 0; c < columns; c++) w[j * columns + c] = w[j * columns + c]! + x * coefs[i * columns + c]!;
    }
  }
  return w;
}

/** What a file holds of the kernel. @throws DataError for a user's kernel. */
export function kernelJson(owner: string, { rule, kernel }: Support): JsonObject {
  if (rule !== undefined) return { ...rule };
  if (kernel === undefined) return { kind: "precomputed" };
  throw new DataError(
    `${owner}: a machine with the kernel "${kernel.name}" cannot be saved, because a file holds no functions. Use a kernel of steepest/models, or precomputed() with your Gram matrix.`,
    { code: "custom-kernel", received: kernel.name },
  );
}

/** Support vectors of a saved machine. */
export function restoreSupport(reader: StateReader, features: number, invalid: (what: string) => Error): Support {
  const { kind, gamma, degree, offset } = reader.object("kernel");
  const indices = Int32Array.from(reader.tensor("supportIndices", [-1]).toArray());
  const vectors = reader.tensor("supportVectors", [indices.length, features]);
  if (kind === "precomputed") return { indices, vectors, rule: undefined, kernel: undefined };
  const numbers = [gamma, degree, offset].every((value) => typeof value === "number");
  const found = (["linear", "rbf", "polynomial", "sigmoid"] as const).find((name) => name === kind);
  if (found === undefined || !numbers) throw invalid("a kernel");
  const rule: KernelRule = { kind: found, gamma: Number(gamma), degree: Number(degree), offset: Number(offset) };
  return { indices, vectors, rule, kernel: undefined };
}
