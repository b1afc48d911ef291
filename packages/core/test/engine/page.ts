// The laws of the engine that a page can check by itself. Bundled and opened by page.browser.test.ts.
import {
  type AnyArray,
  array,
  type Backend,
  compile,
  type NDArray,
  referenceBackend,
  wasmBackend,
} from "../../src/index.ts";
import * as operations from "../../src/ops/index.ts";
import { asyncFailuresOf, backendLaws } from "../../src/testing/index.ts";
import { dataOf, difference, distance, on, plain, variant, withoutReuse } from "./backends.ts";
import { gpt, mlp, numbers, training } from "./workloads.ts";

const trained = (options: { donate?: number[] }, backend: Backend = plain): AnyArray[] =>
  on(backend, () => {
    const { step, params } = training(mlp(300, 120, 10, 96), options);
    const losses = Array.from({ length: 4 }, step);
    return [array(losses), ...Object.values(params())];
  });

const wide = numbers([317, 1001], 2);
const works: Record<string, (x: NDArray) => AnyArray> = {
  sum: (x) => x.mul(1.5).sum(),
  columns: (x) => x.sum(0),
  softmax: (x) => x.mul(9).softmax(-1),
  functions: (x) => x.tanh().exp().mul(x.sigmoid()),
  product: (x) => x.matmul(x.T),
};

/** FNV-1a of the bytes of arrays: the same bits in every engine of JavaScript give the same text. */
export function digest(arrays: readonly AnyArray[]): string {
  let h = 2166136261;
  for (const x of arrays) {
    const { buffer, byteOffset, byteLength } = dataOf(x).data;
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) h = Math.imul(h ^ byte, 16777619);
  }
  return (h >>> 0).toString(16);
}

/** A backend that is off by 1e-3 in the last of several numbers. */
const forgetful: Backend = {
  ...plain,
  name: "planted",
  evaluate(primitive, inputs, params, output) {
    const result = plain.evaluate(primitive, inputs, params, output);
    const last = result.data.length - 1;
    const data = result.data.map((v, i) => (i === last && i > 0 ? v + 1e-3 : v)) as typeof result.data;
    return { ...result, data };
  },
};

export const laws = {
  /** Names of the laws of backends that are broken. */
  async backend(): Promise<string[]> {
    const failures = await asyncFailuresOf((runner) => backendLaws(runner, async () => plain, { draws: 1 }));
    return failures.map(({ name, error }) => `${name}: ${String(error)}`);
  },

  /** Fused, planned and donated against their opposites. */
  passes(): (string | undefined)[] {
    const expected = trained({});
    return [
      difference(trained({ donate: [0, 1] }), expected),
      difference(trained({}, variant({ passes: { fuse: false } })), expected),
      difference(trained({}, variant({ passes: { simplify: false } })), expected),
      difference(trained({}, variant({ change: withoutReuse })), expected),
      distance(
        Object.values(works).map((f) => on(plain, () => compile(f)(wide))),
        Object.values(works).map((f) => on(referenceBackend, () => f(wide))),
        1e-5,
      ),
    ];
  },

  /** How many of the laws of backends find a mistake in `exp`. */
  async planted(): Promise<number> {
    const { exp } = operations;
    const make = async () => forgetful;
    return (await asyncFailuresOf((runner) => backendLaws(runner, make, { operations: { exp } }))).length;
  },

  /** What differs between one thread and as many of three as the page gives; how many those were, and how many calls they shared. */
  async threads(): Promise<{ threads: number; shared: number; differences: string[] }> {
    const { threads } = wasmBackend.with({ threads: 3 }).capabilities;
    const backend = variant({ settings: { threads, shared: threads > 1 } });
    const pool = backend.engine.startThreads();
    await pool?.whenReady();
    let shared = 0;
    const run = pool?.run.bind(pool);
    if (pool !== undefined && run !== undefined) {
      pool.run = (...args) => {
        shared++;
        run(...args);
      };
    }
    const everything = (target: Backend): AnyArray[] => [
      ...Object.values(works).map((f) => on(target, () => compile(f)(wide))),
      ...trained({ donate: [0, 1] }, target),
    ];
    const expected = everything(plain);
    const found = Array.from({ length: 5 }, () => difference(everything(backend), expected));
    const ready = pool?.ready ?? 1;
    pool?.close();
    return { threads: ready, shared, differences: found.filter((text) => text !== undefined) };
  },

  /** The bits of everything in portable mode. */
  portable(): string {
    const backend = wasmBackend.with({ reproducible: "portable" });
    const values = Object.values(works).map((f) => on(backend, () => compile(f)(wide)));
    const { round, erf, gelu } = operations;
    const singles = [round, erf, gelu].map((f) => on(backend, () => f(numbers([1000], 3, 4))));
    const steps = on(backend, () => {
      const { step } = training(gpt());
      return array(Array.from({ length: 3 }, step));
    });
    return digest([...values, ...singles, steps, ...trained({}, backend)]);
  },
};
