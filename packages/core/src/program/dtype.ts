// Widths of stored numbers, their kinds, and what comes out when two meet.
import { BackendError, didYouMean, OptionError } from "../errors/index.ts";

/** Width of the stored numbers. JS numbers become f64. */
export type DType = "f32" | "f64" | "i32" | "bool";
/** What the type system tells apart. Width and shape are run-time properties. */
export type Kind = "float" | "int" | "bool";
export type KindOf<D extends DType> = D extends "f32" | "f64" ? "float" : D extends "i32" ? "int" : "bool";
export type TypedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

export function kindOf(dtype: DType): Kind {
  if (dtype === "i32") return "int";
  return dtype === "bool" ? "bool" : "float";
}

export function bytesOf(dtype: DType): number {
  if (dtype === "f64") return 8;
  return dtype === "bool" ? 1 : 4;
}

/** More elements than this are a mistake, a missing reduction or an outer product that nobody meant: 16 GiB of f64. */
const TOO_MANY = 2 ** 31;

/**
 * Zeros of one width.
 * @throws BackendError "out-of-memory" when there are too many, or the engine has no room for them.
 */
export function allocate(dtype: DType, shape: readonly number[]): TypedArray {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size <= TOO_MANY) {
    try {
      return zeros(dtype, size);
    } catch (cause) {
      throw outOfMemory(dtype, shape, size, cause);
    }
  }
  throw outOfMemory(dtype, shape, size);
}

function outOfMemory(dtype: DType, shape: readonly number[], size: number, cause?: unknown): BackendError {
  const gib = ((size * bytesOf(dtype)) / 2 ** 30).toPrecision(3);
  return new BackendError(
    `An array of shape [${shape.join(", ")}] in ${dtype} needs ${gib} GiB. Work in batches, or look for two arrays that broadcast against each other by accident.`,
    { code: "out-of-memory", backend: "reference", cause },
  );
}

function zeros(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "f64":
      return new Float64Array(size);
    case "f32":
      return new Float32Array(size);
    case "i32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

const RANK: Readonly<Record<DType, number>> = { bool: 0, i32: 1, f32: 2, f64: 3 };

/**
 * The width of a result: the wider of two. Weak operands (numbers, values of schedules) take the width that they meet,
 * unless they are floats that meet integers.
 */
export function promote(a: { dtype: DType; weak: boolean }, b: { dtype: DType; weak: boolean }): DType {
  if (a.weak !== b.weak) {
    const [weak, strong] = a.weak ? [a, b] : [b, a];
    if (kindOf(weak.dtype) === kindOf(strong.dtype) || RANK[weak.dtype] < RANK[strong.dtype]) return strong.dtype;
  }
  return RANK[a.dtype] >= RANK[b.dtype] ? a.dtype : b.dtype;
}

const DTYPES: readonly string[] = ["f32", "f64", "i32", "bool"];
const OTHER_NAMES: Readonly<Record<string, DType>> = {
  float32: "f32",
  float64: "f64",
  float: "f64",
  double: "f64",
  int32: "i32",
  int: "i32",
  boolean: "bool",
};

/** @throws OptionError unless it is one of our widths; names of other libraries get a hint. */
export function checkDType(operation: string, dtype: string): void {
  if (DTYPES.includes(dtype)) return;
  const ours = OTHER_NAMES[dtype];
  const hint = ours === undefined ? didYouMean(dtype, DTYPES) : ` Did you mean "${ours}"?`;
  throw new OptionError(
    `${operation}: dtype must be one of "f32", "f64", "i32", "bool", got ${JSON.stringify(dtype)}.${hint}`,
    {
      code: "invalid-option",
      option: "dtype",
    },
  );
}
