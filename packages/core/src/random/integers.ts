// Integers in [low, high).
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkDraw, defineDraw, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { scaleWord } from "./scale-word.ts";

export interface IntegersOptions {
  /** Smallest value. Default 0. */
  low?: number;
  /** Above all values; values are stored in 32 bits, so at most 2³¹. */
  high: number;
}

/**
 * Independent integers in [low, high), each with probability 1/(high − low) up to 2⁻⁶⁴.
 *
 *     x = low + ⌊w·(high − low)/2⁶⁴⌋,     w = 64 random bits
 *
 * @throws OptionError when `high` is not greater than `low`, or either is not an integer of 32 bits.
 * @throws OptionError when a length of the shape is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * integers(key(42), [8], { low: 1, high: 7 }).toArray(); // [3, 1, 2, 3, 5, 3, 6, 4]
 * ```
 */
export function integers(key: Key, shape: readonly number[], options: IntegersOptions): NDArray<"int"> {
  const checker = new OptionChecker("integers", options, ["low", "high"])
    .required("high")
    .integer("low", -0x80000000, 0x80000000)
    .integer("high", -0x80000000, 0x80000000);
  const { low = 0, high } = options;
  if (high <= low) checker.fail("high", `high must be greater than low, got low ${low}, high ${high}.`);
  checker.done();
  checkDraw("integers", shape);
  return draw(key, { shape: [...shape], low, high }) as NDArray<"int">;
}

const draw = defineDraw<{ shape: readonly number[]; low: number; high: number }>({
  name: "integers",
  spec: ({ shape }) => ({ shape, dtype: "i32" }),
  fill: fillElements((words, { low, high }) => integerValues(words, low, high)),
});

/** @internal */
export function integerValues(words: Uint32Array, low: number, high: number): Int32Array {
  const values = new Int32Array(words.length / 2);
  const n = high - low;
  for (let i = 0; i < values.length; i++) values[i] = low + scaleWord(words[2 * i]!, words[2 * i + 1]!, n);
  return values;
}
