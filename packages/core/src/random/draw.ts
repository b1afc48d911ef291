// What all draws share: the check of the shape, the words of the key, and the array around the values.
import { fromTyped, type NDArray } from "../array/index.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import { checkShape, sizeOf } from "../program/index.ts";
import { bitsOf, type Key } from "./key.ts";
import { drawWords } from "./stream.ts";

/** Width of the drawn numbers. */
export type FloatWidth = "f32" | "f64";

/** Two random words per element of `shape`. @throws OptionError, ShapeError in the name of `owner`. */
export function wordsFor(owner: string, key: Key, shape: readonly number[]): Uint32Array {
  checkShape(owner, shape);
  const size = sizeOf(shape);
  // a stream has 2³² blocks for draws
  if (size > 0x100000000) {
    throw new ShapeError(
      `${owner}: shape ${formatShape(shape)} has ${size} elements, and one key serves 2^32. Split the key and draw in parts.`,
      { code: "too-many-draws", operation: owner, shapes: [shape] },
    );
  }
  return drawWords(bitsOf(owner, key), size);
}

/** Puts f64 values into an array of the given shape; f32 rounds each once. */
export function floatsOf(values: Float64Array, shape: readonly number[], dtype: FloatWidth): NDArray {
  return fromTyped([...shape], dtype === "f32" ? Float32Array.from(values) : values) as NDArray;
}

export function integersOf(values: Int32Array, shape: readonly number[] = [values.length]): NDArray<"int"> {
  return fromTyped([...shape], values) as NDArray<"int">;
}
