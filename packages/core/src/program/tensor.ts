// Tensors: numbers with a shape, the storage behind concrete arrays. Row-major and contiguous; never written after they are made.
import { formatShape, ShapeError } from "../errors/index.ts";
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import { type Shape, sizeOf } from "./shape.ts";

/** What is known of an array before its values are. */
export interface ArraySpec {
  readonly shape: Shape;
  readonly dtype: DType;
  /** A number or the value of a schedule: takes the width of the array that it meets. */
  readonly weak: boolean;
}

export interface Tensor extends ArraySpec {
  readonly data: TypedArray;
  /** The number that stands everywhere, where that is known without looking. */
  readonly uniform?: number;
}

export function tensor(shape: Shape, data: TypedArray, weak = false): Tensor {
  return { shape, dtype: dtypeOf(data), weak, data };
}

export function emptyTensor(spec: ArraySpec): Tensor {
  return { shape: spec.shape, dtype: spec.dtype, weak: spec.weak, data: allocate(spec.dtype, spec.shape) };
}

export function filledTensor(shape: Shape, dtype: DType, value: number, weak = false): Tensor {
  return { shape, dtype, weak, data: allocate(dtype, shape).fill(value) };
}

/** The same number everywhere, written out only when somebody reads it: programs keep the number alone. */
export function uniformTensor(shape: Shape, dtype: DType, value: number, weak = false): Tensor {
  return new UniformTensor(shape, dtype, value, weak);
}

class UniformTensor implements Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly weak: boolean;
  readonly uniform: number;
  #data: TypedArray | undefined;

  constructor(shape: Shape, dtype: DType, value: number, weak: boolean) {
    this.shape = shape;
    this.dtype = dtype;
    this.weak = weak;
    this.uniform = allocate(dtype, [1]).fill(value)[0]!; // as the width holds it
  }

  get data(): TypedArray {
    this.#data ??= allocate(this.dtype, this.shape).fill(this.uniform);
    return this.#data;
  }
}

export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float64Array) return "f64";
  if (data instanceof Float32Array) return "f32";
  return data instanceof Int32Array ? "i32" : "bool";
}

type Nested = number | boolean | readonly Nested[];

/**
 * The tensor that a number, a rectangular nested list or a typed array (a vector) stands for. Numbers become f64.
 * @throws ShapeError on ragged lists, with the path of the first row that differs, and on entries that are no numbers.
 */
export function tensorFrom(operation: string, x: Nested | TypedArray): Tensor {
  if (typeof x === "number") return filledTensor([], "f64", x, true);
  if (ArrayBuffer.isView(x)) return tensor([x.length], storage(operation, x));
  if (typeof x === "boolean") return filledTensor([], "bool", Number(x));
  const shape: number[] = [];
  for (let level: unknown = x; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data = new Float64Array(sizeOf(shape));
  let next = 0;
  let booleans = 0;
  const fill = (list: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (typeof list === "boolean") booleans++;
      else if (typeof list !== "number") throw notANumber(operation, list, path);
      data[next++] = Number(list);
      return;
    }
    if (!Array.isArray(list) || list.length !== shape[depth]) throw ragged(operation, list, path, shape, depth);
    for (let i = 0; i < list.length; i++) fill(list[i], depth + 1, `${path}[${i}]`);
  };
  fill(x, 0, "");
  if (booleans === 0) return tensor(shape, data);
  if (booleans === data.length) return tensor(shape, Uint8Array.from(data));
  throw new ShapeError(`${operation}: the list mixes numbers and booleans. Write 0 and 1, or booleans alone.`, {
    code: "mixed-kinds",
    operation,
  });
}

/** A copy of a typed array in one of our widths: small integers become i32, unsigned 32-bit ones f64. */
function storage(operation: string, x: ArrayBufferView): TypedArray {
  if (x instanceof Float64Array || x instanceof Float32Array || x instanceof Int32Array) return x.slice();
  if (x instanceof Uint32Array) return Float64Array.from(x);
  if (x instanceof DataView || x instanceof BigInt64Array || x instanceof BigUint64Array) {
    throw notANumber(operation, x.constructor.name, "");
  }
  return Int32Array.from(x as Int16Array); // the 8 and 16-bit integers
}

function ragged(operation: string, found: unknown, path: string, shape: Shape, depth: number): ShapeError {
  const seen = Array.isArray(found) ? `has ${found.length} entries` : `is ${describe(found)}`;
  return new ShapeError(
    `${operation}: ragged list: x${path} ${seen} where ${shape[depth]} entries are expected (shape ${formatShape(shape)} by the first rows). All rows must have the same length.`,
    { code: "ragged", operation, shapes: [shape], path },
  );
}

function notANumber(operation: string, found: unknown, path: string): ShapeError {
  return new ShapeError(`${operation}: x${path} is ${describe(found)}, not a number. Arrays hold numbers only.`, {
    code: "not-a-number",
    operation,
    path,
  });
}

function describe(x: unknown): string {
  if (typeof x === "string") return `the text "${x}"`;
  if (Array.isArray(x)) return `a list of ${x.length}`;
  return x === null ? "null" : typeof x;
}
