// Coin flips.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { checkDraw, defineDraw, fillElements } from "./draw.ts";
import type { Key } from "./key.ts";
import { drawWords } from "./stream.ts";
import { unit53Of } from "./threefry-body.ts";
import { unit53 } from "./unit.ts";

/**
 * Independent coin flips: true with probability `p`, to 2⁻⁵³; p = 0 is never and p = 1 is always true.
 *
 * `p` is one number, or an array that broadcasts to `shape`; the array may be known only when the program runs.
 * @throws OptionError when a probability is not in [0, 1].
 * @throws ShapeError when `p` does not broadcast to `shape`.
 *
 * @example
 * ```ts
 * bernoulli(key(42), 0.5, [8]).toArray(); // [1, 1, 1, 1, 0, 1, 0, 0]
 * ```
 */
export function bernoulli(key: Key, p: number | NDArray, shape: readonly number[]): NDArray<"bool"> {
  checkDraw("bernoulli", shape);
  if (typeof p === "number") {
    checkProbability(p);
    return drawOne(key, { shape: [...shape], p }) as NDArray<"bool">;
  }
  return drawMany(key, { shape: [...shape] }, p.broadcastTo(shape)) as NDArray<"bool">;
}

const drawOne = defineDraw<{ shape: readonly number[]; p: number }>({
  name: "bernoulli",
  spec: ({ shape }) => ({ shape, dtype: "bool" }),
  fill: fillElements((words, { p }) => flips(words, () => p)),
  expression: (b, high, low, { p }) => b.compare("less", unit53Of(b, high, low), b.constant(p, "f64")),
});

const drawMany = defineDraw<{ shape: readonly number[] }>({
  name: "bernoulli",
  spec: ({ shape }) => ({ shape, dtype: "bool" }),
  fill(bits, output, _, p) {
    p.forEach(checkProbability);
    output.set(flips(drawWords(bits, output.length), (i) => p[i]!));
  },
});

function flips(words: Uint32Array, p: (i: number) => number): Uint8Array {
  const values = new Uint8Array(words.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = unit53(words[2 * i]!, words[2 * i + 1]!) < p(i) ? 1 : 0;
  return values;
}

function checkProbability(p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new OptionError(`bernoulli: p must be between 0 and 1, got ${p}.`, { code: "probability", option: "p" });
}
