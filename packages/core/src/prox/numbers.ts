// The ways between arrays and plain vectors that sets and data terms share. What they compute needs values: it cannot be compiled.
import { type ArrayLike, array, fromTyped, type NDArray } from "../array/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { readTensor } from "../program/index.ts";

/** The entries, as a copy. @throws TraceError "value-read" where the array has no values. */
export function numbersOf(x: NDArray): Float64Array {
  const tensor = readTensor(x);
  return Float64Array.from(tensor === undefined ? x.toArray() : tensor.data);
}

/** Numbers in the shape and the width of `like`; the vector is handed over. */
export function arrayLike(like: NDArray, numbers: Float64Array): NDArray {
  return fromTyped(like.shape, like.dtype === "f32" ? Float32Array.from(numbers) : numbers) as NDArray;
}

/** A vector of finite numbers. @throws ShapeError, OptionError (names the entry). */
export function vectorOf(owner: string, name: string, given: ArrayLike): Float64Array {
  const x = array(given as NDArray);
  if (x.ndim > 1) {
    throw new ShapeError(`${owner}: ${name} must be a vector, got shape ${formatShape(x.shape)}.`, {
      code: "not-a-vector",
      operation: owner,
      shapes: [x.shape],
    });
  }
  const numbers = numbersOf(x);
  const at = numbers.findIndex((v) => !Number.isFinite(v));
  if (at === -1) return numbers;
  throw new OptionError(`${owner}: entry ${at} of ${name} is ${numbers[at]}; it must be finite.`, {
    code: "not-finite",
    option: name,
  });
}

/** @throws ShapeError unless x has `size` entries. */
export function checkSize(owner: string, x: NDArray, size: number): void {
  if (x.size === size) return;
  throw new ShapeError(`${owner}: x has ${x.size} entries, but ${size} are expected.`, {
    code: "sizes-differ",
    operation: owner,
    shapes: [x.shape],
  });
}

/** @throws OptionError unless `value` is finite and above 0. */
export function checkPositive(owner: string, option: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new OptionError(`${owner}: ${option} must be positive, got ${value}.`, { code: "invalid-option", option });
}

/** Rounding that a point of a set may carry: what is outside by less counts as inside. */
export const INSIDE = 1e-9;
