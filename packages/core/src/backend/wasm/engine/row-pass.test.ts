import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../../../array/index.ts";
import { valueAndGrad } from "../../../autodiff/index.ts";
import { referenceBackend, useBackend, wasmBackend } from "../../../backend/index.ts";
import { compile } from "../../../compile/index.ts";
import { bce, mse } from "../../../losses/index.ts";
import { key, normal } from "../../../random/index.ts";

const one = wasmBackend.with({ threads: 1, native: false, fma: false });
const two = wasmBackend.with({ threads: 2, native: false, fma: false });

/** Rows around the sizes of blocks (256) and chunks (4096), more than 4 MiB in all. */
const SIZES: readonly (readonly [number, number])[] = [
  [16_384, 40],
  [16_640, 33],
  [9001, 61],
  [4097, 130],
];

function on<R>(backend: typeof one | typeof referenceBackend, f: () => R): R {
  useBackend(backend);
  try {
    return f();
  } finally {
    useBackend(wasmBackend);
  }
}

describe("value and gradient of a linear model, block by block", () => {
  it.each(SIZES)("has the bits of step by step: %i × %i", (n, d) => {
    const X = normal(key(1), [n, d]);
    const y = normal(key(2), [n]).greater(0).astype("f64");
    const w = normal(key(3), [d]);
    for (const loss of [bce, mse]) {
      const both = (p: NDArray, X: NDArray, y: NDArray) => valueAndGrad((p: NDArray) => loss(X.matmul(p), y))(p);
      const run = (backend: typeof one): { text: string; numbers: number[] } =>
        on(backend, () => {
          const f = compile(both);
          const { value, grad } = f(w, X, y);
          return { text: f.inspect(), numbers: [value.item(), ...grad.toArray()] };
        });
      const [blocked, plain] = [run(one), run(two)];
      expect(blocked.numbers).toEqual(plain.numbers);
      // the loop is cut in two where rows go block by block: one step more
      const steps = ({ text }: { text: string }) => text.split("\n").filter((line) => /^\d+: /.test(line)).length;
      expect(steps(blocked)).toBe(steps(plain) + 1);
      const { value, grad } = on(referenceBackend, () => both(w, X, y));
      [value.item(), ...grad.toArray()].forEach((x, i) => {
        expect(Math.abs(blocked.numbers[i]! - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
      });
    }
  });

  it("keeps what it reads in later blocks: a square matrix whose vector is donated", () => {
    const n = 800;
    const X = normal(key(1), [n, n]);
    const f = (w: NDArray, X: NDArray) => {
      const r = X.matmul(w).mul(2);
      return [r, X.T.matmul(r)] as const;
    };
    const start = () => array(normal(key(4), [n]).toArray());
    const plain = on(one, () => compile(f)(start(), X).map((x) => x.toArray()));
    const donated = on(one, () => {
      const step = compile(f, { donate: [0] });
      const [w] = step(start(), X); // now it lives in the engine
      step(w, X);
      return step(start(), X).map((x) => x.toArray());
    });
    expect(donated).toEqual(plain);
  });
});
