// Random inputs for laws: half of them near the points where formulas change, none on them.
import type { NDArray } from "../array/index.ts";
import { array } from "../array/index.ts";
import type { OpSample, SampleInput } from "../ops/index.ts";
import { fold, type Key, key, uniform } from "../random/index.ts";

const CLEAR = 2e-3; // least distance from a kink: differences with h = 6e-6·|x| must not reach across

/** Numbers for each input of a sample, drawn again until the sample is smooth there. */
export function drawInputs(sample: OpSample, seed: string): number[][] {
  for (let attempt = 0; ; attempt++) {
    const root = fold(key(0), `${seed} ${attempt}`);
    const inputs = sample.inputs.map((input, i) => drawInput(input, fold(root, i)));
    if (attempt === 200 || sample.smooth === undefined || sample.smooth(...inputs)) return inputs;
  }
}

function drawInput({ shape, domain: [low, high], kinks = [], switches = [] }: SampleInput, from: Key): number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const where = uniform(fold(from, "value"), [size]).toArray();
  const near = uniform(fold(from, "near"), [size]).toArray();
  const changes = [...kinks, ...switches];
  return where.map((u, i) => {
    const change = changes[Math.floor(near[i]! * 2 * changes.length)]; // half of the draws pick one
    const value = change === undefined ? low + u * (high - low) : change + (u - 0.5) * 4;
    return awayFrom(kinks, Math.min(high, Math.max(low, value)));
  });
}

function awayFrom(kinks: readonly number[], value: number): number {
  const kink = kinks.find((k) => Math.abs(value - k) < CLEAR);
  return kink === undefined ? value : kink + (value < kink ? -CLEAR : CLEAR);
}

/** A direction of unit-sized entries. */
export function drawDirection(shape: readonly number[], seed: string): NDArray {
  return uniform(fold(key(1), seed), shape, { low: -1, high: 1 });
}

export function toArray(shape: readonly number[], values: readonly number[], dtype: "f32" | "f64"): NDArray {
  return array(Float64Array.from(values))
    .astype(dtype)
    .reshape(...shape) as NDArray; // a float width
}
