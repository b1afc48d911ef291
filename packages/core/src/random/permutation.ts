// The numbers 0 … n − 1 in random order.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { defineDraw } from "./draw.ts";
import type { Key } from "./key.ts";
import { scaleWord } from "./scale-word.ts";
import { drawWords } from "./stream.ts";

/**
 * A permutation of 0 … n − 1; every order has the same probability up to n·2⁻⁶⁴.
 *
 * Method: Fisher–Yates from the front, place i taking one of the n − i numbers left by block i of the key. So the first k
 * places are `choose(key, n, k)`. Cost O(n).
 * @throws OptionError when `n` is not an integer from 0 to 2³¹ − 1.
 * Source: Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 P.
 *
 * @example
 * ```ts
 * permutation(key(42), 10).toArray(); // [4, 1, 3, 5, 8, 7, 9, 0, 6, 2]
 * ```
 */
export function permutation(key: Key, n: number): NDArray<"int"> {
  checkCount("permutation", "n", n, 0x7fffffff);
  return draw(key, { n }) as NDArray<"int">;
}

const draw = defineDraw<{ n: number }>({
  name: "permutation",
  spec: ({ n }) => ({ shape: [n], dtype: "i32" }),
  fill(bits, output, { n }) {
    shuffledPrefix(drawWords(bits, n), n, output as Int32Array); // the width is i32
  },
});

/** The first `words.length / 2` places of a shuffle of 0 … n − 1, a view of `order`, which is overwritten. @internal */
export function shuffledPrefix(words: Uint32Array, n: number, order: Int32Array = new Int32Array(n)): Int32Array {
  for (let i = 0; i < n; i++) order[i] = i;
  const count = words.length / 2;
  for (let i = 0; i < count; i++) {
    const j = i + scaleWord(words[2 * i]!, words[2 * i + 1]!, n - i);
    const taken = order[j]!;
    order[j] = order[i]!;
    order[i] = taken;
  }
  return order.subarray(0, count);
}

/** @throws OptionError unless `value` is an integer from 0 to `most`. @internal */
export function checkCount(owner: string, name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new OptionError(`${owner}: ${name} must be an integer from 0 to ${most}, got ${value}.`, {
    code: "count",
    option: name,
  });
}
