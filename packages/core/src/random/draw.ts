// What all draws share: the check of the shape, the words of the key, and the array around the values.
import { array, type NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { bitsOf, type Key } from "./key.ts";
import { drawWords } from "./stream.ts";

/** Width of the drawn numbers. */
export type FloatWidth = "f32" | "f64";

/** Two random words per element of `shape`. @throws ShapeError, OptionError in the name of `owner`. */
export function wordsFor(owner: string, key: Key, shape: readonly number[]): Uint32Array {
  return drawWords(bitsOf(owner, key), sizeFor(owner, shape));
}

/** Puts f64 values into an array of the given shape; f32 rounds each once. */
export function shaped(values: Float64Array, shape: readonly number[], dtype: FloatWidth): NDArray {
  return array(values, { dtype }).reshape(...shape);
}

function sizeFor(owner: string, shape: readonly number[]): number {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    const got = Array.isArray(shape) ? formatShape(shape) : String(shape);
    throw new ShapeError(`${owner}: a shape is a list of lengths, each 0 or more, got ${got}. One number: shape [].`, {
      code: "shape",
      operation: owner,
    });
  }
  const size = shape.reduce((product, length) => product * length, 1);
  // a stream has 2³² blocks for draws
  if (size > 2 ** 32) {
    throw new ShapeError(
      `${owner}: shape ${formatShape(shape)} has ${size} elements, and one key serves 2^32. Split the key and draw in parts.`,
      { code: "shape", operation: owner, shapes: [shape] },
    );
  }
  return size;
}
