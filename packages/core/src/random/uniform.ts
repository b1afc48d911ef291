// Uniform numbers in [low, high).
import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { checkDraw, defineDraw, type FloatWidth, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { unit24Of, unit53Of } from "./threefry-body.ts";
import { unit24, unit53 } from "./unit.ts";

export interface UniformOptions {
  /** Smallest value. Default 0. */
  low?: number;
  /** Above all values. Default 1. */
  high?: number;
  /** Default "f64". */
  dtype?: FloatWidth;
}

/**
 * Independent numbers, uniform in [low, high).
 *
 *     x = low + (high − low)·u,     u = 53 random bits (f64) or their upper 24 (f32), divided by 2⁵³ or 2²⁴
 *
 * A sum that rounds up to `high` counts as `low`: the numbers nearest to the two ends share one cell of rounding.
 * For f32 the limits are rounded to f32 first.
 * @throws OptionError when `high` is not greater than `low`.
 * @throws OptionError when a length of the shape is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * uniform(key(1), [3], { low: -Math.PI, high: Math.PI }).toArray(); // [-2.399…, -1.516…, -0.2757…]
 * ```
 */
export function uniform(key: Key, shape: readonly number[], options: UniformOptions = {}): NDArray {
  const { low = 0, high = 1, dtype = "f64" } = options;
  const round = dtype === "f32" ? Math.fround : (x: number) => x;
  const checker = new OptionChecker("uniform", options, ["low", "high", "dtype"])
    .number("low")
    .number("high")
    .oneOf("dtype", ["f32", "f64"]);
  if (!(round(high) > round(low))) {
    checker.fail(
      "high",
      `high must be greater than low${dtype === "f32" ? " in f32" : ""}, got low ${low}, high ${high}.`,
    );
  } else if (!Number.isFinite(round(high) - round(low))) {
    checker.fail("high", `high - low must be finite, got low ${low}, high ${high}.`);
  }
  checker.done();
  checkDraw("uniform", shape);
  return draw(key, { shape: [...shape], low: round(low), high: round(high), dtype }) as NDArray;
}

const draw = defineDraw<{ shape: readonly number[]; low: number; high: number; dtype: FloatWidth }>({
  name: "uniform",
  spec: (params) => params,
  fill: fillElements((words, { low, high, dtype }) => uniformValues(words, low, high, dtype)),
  expression(b, highWord, lowWord, { low, high, dtype }) {
    const wide = (value: number) => b.constant(value, "f64");
    const u = dtype === "f32" ? unit24Of(b, highWord) : unit53Of(b, highWord, lowWord);
    const x = b.convert(b.add(wide(low), b.mul(wide(high - low), u)), dtype);
    return b.select(b.compare("less", x, b.constant(high, dtype)), x, b.constant(low, dtype));
  },
});

/** @internal */
export function uniformValues(words: Uint32Array, low: number, high: number, dtype: FloatWidth): Float64Array {
  const values = new Float64Array(words.length / 2);
  const span = high - low;
  for (let i = 0; i < values.length; i++) {
    const u = dtype === "f32" ? unit24(words[2 * i]!) : unit53(words[2 * i]!, words[2 * i + 1]!);
    const x = dtype === "f32" ? Math.fround(low + span * u) : low + span * u;
    values[i] = x < high ? x : low;
  }
  return values;
}
