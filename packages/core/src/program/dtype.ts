// Widths of stored numbers, their kinds, and what comes out when two meet.

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

/** Zeros of one width. */
export function allocate(dtype: DType, size: number): TypedArray {
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
