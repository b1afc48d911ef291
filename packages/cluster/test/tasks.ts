// Tasks of the tests: what threads import.
import type { NDArray } from "steepest";
import { task } from "steepest/executor";
import { type Proximable, squaredLoss } from "steepest/prox";

export const square = task(import.meta.url, "square", (x: number) => x ** 2);
export const later = task(import.meta.url, "later", async (ms: number) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return ms;
});
export const failing = task(import.meta.url, "failing", (x: number) => {
  if (x === 3) throw new RangeError(`${x} is too much`);
  return x;
});
export const doubled = task(import.meta.url, "doubled", ({ x }: { x: NDArray }) => ({ x: x.mul(2), shape: x.shape }));
export const counter = task(import.meta.url, "counter", (start: number) => {
  let count = start;
  return (by: number) => (count += by);
});
/** Ends its thread at the first message 13, unless it was told that this happened before. */
export const fragile = task(import.meta.url, "fragile", (flag: SharedArrayBuffer) => (x: number) => {
  if (x === 13 && Atomics.add(new Int32Array(flag), 0, 1) === 0) process.exit(7);
  return x + 1;
});
export const dying = task(import.meta.url, "dying", (flag: SharedArrayBuffer) => {
  if (Atomics.add(new Int32Array(flag), 0, 1) < 1) process.exit(7);
  return "done";
});
export const alwaysDying = task(import.meta.url, "alwaysDying", (code: number) => process.exit(code));
export const countdown = task(
  import.meta.url,
  "countdown",
  async function* ({ from, ended }: { from: number; ended: SharedArrayBuffer }) {
    try {
      for (let i = from; i > 0; i--) yield i;
    } finally {
      Atomics.store(new Int32Array(ended), 0, 1);
    }
  },
);
export const localLoss = task(
  import.meta.url,
  "localLoss",
  ({ A, b }: { A: number[][]; b: number[] }): Proximable => squaredLoss(A, b),
);
