// Positions drawn out of n: with or without replacement, evenly or by weight.
import type { NDArray } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, OptionError, ShapeError } from "../errors/index.ts";
import { defineDraw } from "./draw.ts";
import { integerValues } from "./integers.ts";
import type { Key } from "./key.ts";
import { checkCount, shuffledPrefix } from "./permutation.ts";
import { portableLog } from "./portable-log.ts";
import { drawWords } from "./stream.ts";
import { middle64, unit53 } from "./unit.ts";

export interface ChooseOptions {
  /** Whether a position may come up again. Default false. */
  replace?: boolean;
  /** Relative frequencies of the n positions, 0 or more, of any sum. Default: all equal. */
  weights?: NDArray;
}

/**
 * `count` positions out of 0 … n − 1, in the order in which they are drawn.
 *
 * | | all equal | by weight |
 * |---|---|---|
 * | without replacement | the first `count` places of `permutation(key, n)` | the smallest −log(uᵢ)/wᵢ: position i is next with probability wᵢ/Σ of the weights left |
 * | with replacement | `integers` | inverse of the cumulative weights, by bisection |
 *
 * @throws OptionError when more positions are wanted than there are (without replacement: than have positive weight).
 * @throws DataError when a weight is negative or not finite, or all are 0. @throws ShapeError when there are not n weights.
 * Source: Efraimidis & Spirakis (2006), "Weighted random sampling with a reservoir", for weights without replacement.
 *
 * @example
 * ```ts
 * choose(key(42), 10, 4).toArray(); // [4, 1, 3, 5]
 * choose(key(42), 5, 4, { weights: array([1, 0, 4, 2, 3]) }).toArray(); // [4, 2, 3, 0]
 * ```
 */
export function choose(key: Key, n: number, count: number, options: ChooseOptions = {}): NDArray<"int"> {
  new OptionChecker("choose", options, ["replace", "weights"]).boolean("replace").done();
  const { replace = false, weights } = options;
  checkCount("choose", "n", n, 0x7fffffff);
  checkCount("choose", "count", count, 0x100000000);
  if (weights === undefined) {
    if (replace ? count > 0 && n === 0 : count > n) throw tooMany(n, n, count, replace, false);
    return drawEvenly(key, { n, count, replace }) as NDArray<"int">;
  }
  if (weights.ndim !== 1 || weights.size !== n) {
    throw new ShapeError(
      `choose: weights must have shape [${n}], one for each position, got ${formatShape(weights.shape)}.`,
      { code: "weights", operation: "choose", shapes: [weights.shape] },
    );
  }
  return drawByWeight(key, { n, count, replace }, weights) as NDArray<"int">;
}

interface Choice {
  n: number;
  count: number;
  replace: boolean;
}

const drawEvenly = defineDraw<Choice>({
  name: "choose",
  spec: ({ count }) => ({ shape: [count], dtype: "i32" }),
  fill(bits, output, { n, count, replace }) {
    const words = drawWords(bits, count);
    output.set(replace ? integerValues(words, 0, n) : shuffledPrefix(words, n));
  },
});

const drawByWeight = defineDraw<Choice>({
  name: "choose",
  spec: ({ count }) => ({ shape: [count], dtype: "i32" }),
  fill(bits, output, { n, count, replace }, weights) {
    const w = Float64Array.from(weights);
    const available = countPositive(w);
    if (replace ? count > 0 && available === 0 : count > available) throw tooMany(available, n, count, replace, true);
    output.set(replace ? byInverse(drawWords(bits, count), w) : byRace(drawWords(bits, n), w, count));
  },
});

function tooMany(available: number, n: number, count: number, replace: boolean, weighted: boolean): OptionError {
  const lack = weighted ? "have a positive weight" : "exist";
  const advice = replace ? "Give at least one." : "Ask for fewer, or set replace: true.";
  return new OptionError(`choose: ${count} positions are wanted, but only ${available} of ${n} ${lack}. ${advice}`, {
    code: "too-many",
    option: "count",
  });
}

/** @throws DataError on a weight that is none. */
function countPositive(weights: Float64Array): number {
  const row = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (row !== -1) {
    throw new DataError(`choose: weights[${row}] is ${weights[row]}; weights must be finite and 0 or more.`, {
      code: "weight",
      row,
    });
  }
  return weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
}

/** Each position waits for an exponential time of rate wᵢ; the first `count` to arrive are taken. @internal */
export function byRace(words: Uint32Array, weights: Float64Array, count: number): Int32Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const runners: { position: number; time: number }[] = [];
  weights.forEach((weight, position) => {
    if (weight === 0) return;
    const u = middle64(words[2 * position]!, words[2 * position + 1]!);
    runners.push({ position, time: -portableLog(u) / (weight / largest) });
  });
  runners.sort((a, b) => a.time - b.time || a.position - b.position);
  return Int32Array.from(runners.slice(0, count), ({ position }) => position);
}

/** The first position whose cumulative weight lies above u·Σw. @internal */
export function byInverse(words: Uint32Array, weights: Float64Array): Int32Array {
  const cumulative = new Float64Array(weights.length);
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  let total = 0;
  let last = 0;
  weights.forEach((weight, i) => {
    total += weight / largest;
    cumulative[i] = total;
    if (weight > 0) last = i;
  });
  const chosen = new Int32Array(words.length / 2);
  for (let i = 0; i < chosen.length; i++) {
    const target = unit53(words[2 * i]!, words[2 * i + 1]!) * total;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    chosen[i] = low;
  }
  return chosen;
}
