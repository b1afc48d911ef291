// Threads, FMA, the native tier and portable mode: what may change bits, and what may not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decideFma } from "../../src/backend/wasm/relaxed-simd.ts";
import {
  type AnyArray,
  array,
  type Backend,
  compile,
  doctor,
  type NDArray,
  referenceBackend,
  wasmBackend,
} from "../../src/index.ts";
import { scatterAdd, softplus } from "../../src/ops/index.ts";
import { difference, distance, on, plain, variant } from "./backends.ts";
import { mlp, numbers, training } from "./workloads.ts";

interface Work {
  readonly inputs: readonly NDArray[];
  readonly f: (...inputs: NDArray[]) => AnyArray;
}

const both = (shape: readonly number[], seed: number) =>
  [numbers(shape, seed), numbers(shape, seed, 1, "f64")] as const;
const [v32, v64] = both([100_003], 1);
const [m32, m64] = both([317, 1001], 2);
const [tall32, tall64] = both([4097, 67], 3);
const [left32, left64] = both([203, 317], 4);
const batches = numbers([6, 65, 47], 5);
const ids = array(
  Int32Array.from({ length: 5000 }, (_, i) => (i * 7919) % 317),
  { dtype: "i32" },
);

const works: Record<string, Work> = {
  "sum, f32": { inputs: [v32], f: (x) => x!.mul(1.5).sum() },
  "sum, f64": { inputs: [v64], f: (x) => x!.square().sum() },
  "mean of rows": { inputs: [m32], f: (x) => x!.mean(1) },
  "largest of rows": { inputs: [m64], f: (x) => x!.max(1) },
  "columns, f32": { inputs: [tall32], f: (x) => x!.sum(0) },
  "columns, f64": { inputs: [tall64], f: (x) => x!.square().sum(0).sqrt() },
  "softmax, f32": { inputs: [m32], f: (x) => x!.mul(9).softmax(-1) },
  "softmax, f64": { inputs: [m64], f: (x) => x!.mul(9).softmax(-1) },
  "log of sums of exponentials": { inputs: [m32], f: (x) => x!.mul(30).logSumExp(1) },
  "layer norm": {
    inputs: [m32],
    f: (x) => {
      const centered = x!.sub(x!.mean(-1, { keepDims: true }));
      return centered.div(centered.square().mean(-1, { keepDims: true }).add(1e-5).sqrt());
    },
  },
  functions: { inputs: [v32], f: (x) => softplus(x!.tanh().exp()).mul(x!.sigmoid()) },
  "functions, f64": { inputs: [v64], f: (x) => softplus(x!.tanh().exp()).mul(x!.sigmoid()) },
  "product, f32": { inputs: [left32, m32], f: (a, b) => a!.matmul(b!) },
  "product, f64": { inputs: [left64, m64], f: (a, b) => a!.matmul(b!) },
  "product with a bias and a function": { inputs: [left32, m32], f: (a, b) => a!.matmul(b!).add(b!.at(0)).relu() },
  "product of turned matrices": { inputs: [m32, left32], f: (a, b) => a!.T.matmul(b!.T) },
  "Gram matrix": { inputs: [tall64], f: (x) => x!.T.matmul(x!) },
  "matrix and vector": { inputs: [m32, numbers([1001], 6)], f: (a, x) => a!.matmul(x!) },
  "vector and matrix": { inputs: [numbers([317], 6), m32], f: (x, a) => x!.matmul(a!) },
  "products in batches": { inputs: [batches], f: (x) => x!.matmul(x!.transpose(0, 2, 1)) },
  "rows that are picked, and added up again": {
    inputs: [m32],
    f: (x) => scatterAdd(x!, ids, x!.take(ids).mul(0.5)),
  },
};

const results = (backend: Backend, { inputs, f }: Work, calls = 3): AnyArray =>
  on(backend, () => {
    const compiled = compile(f);
    for (let i = 1; i < calls; i++) compiled(...inputs);
    return compiled(...inputs);
  });

const trained = (backend: Backend): AnyArray[] =>
  on(backend, () => {
    const { step, params } = training(mlp(300, 120, 10, 96));
    for (let i = 0; i < 4; i++) step();
    return Object.values(params());
  });

/** The first workload whose bits are not those of one thread. */
function firstDifferent(backend: Backend): string | undefined {
  for (const [name, work] of Object.entries(works)) {
    const found = difference([results(backend, work)], [results(plain, work)]);
    if (found !== undefined) return `${name}: ${found}`;
  }
  const found = difference(trained(backend), trained(plain));
  return found && `training: ${found}`;
}

const threaded = (threads: number, fma = false) => variant({ settings: { threads, shared: true, fma } });

describe("threads", () => {
  for (const threads of [1, 2, 3, 4]) {
    it(`${threads} give the bits of one`, async () => {
      const backend = threaded(threads);
      const pool = backend.engine.startThreads();
      await pool?.whenReady();
      expect(pool?.ready ?? 1).toBe(threads);
      let shared = 0;
      const run = pool?.run.bind(pool);
      if (pool !== undefined && run !== undefined) {
        pool.run = (...args) => {
          shared++;
          run(...args);
        };
      }
      try {
        expect(firstDifferent(backend)).toBeUndefined();
        if (threads > 1) expect(shared).toBeGreaterThan(3 * Object.keys(works).length);
      } finally {
        pool?.close();
      }
    });
  }

  it("come when there is enough to do, and give the same bits before and after", () => {
    const backend = wasmBackend.with({ threads: 3, fma: false, native: false });
    expect(backend.capabilities.threads).toBe(3);
    expect(firstDifferent(backend)).toBeUndefined();
    expect(firstDifferent(backend)).toBeUndefined(); // by now they are there
  });

  it("that lose a part are found", async () => {
    const backend = threaded(2);
    const pool = backend.engine.startThreads()!;
    await pool.whenReady();
    const run = pool.run.bind(pool);
    pool.run = (code, call) => run(code, { ...call, units: call.units - call.grain });
    try {
      expect(firstDifferent(backend)).toBeDefined();
    } finally {
      pool.close();
    }
  });
});

describe("settings", () => {
  const { on: canContract } = decideFma(true);

  it.skipIf(!canContract)("FMA stays within the bounds, whatever the number of threads", async () => {
    const one = threaded(1, true);
    const three = threaded(3, true);
    const pool = three.engine.startThreads()!;
    await pool.whenReady();
    let changed = 0;
    try {
      for (const [name, work] of Object.entries(works)) {
        const found = results(one, work);
        expect(difference([results(three, work)], [found]), name).toBeUndefined();
        const wide = name.endsWith("f64") || name === "Gram matrix" || name === "largest of rows";
        expect(distance([found], [results(referenceBackend, work, 1)], wide ? 1e-13 : 1e-5), name).toBeUndefined();
        if (difference([found], [results(plain, work)]) !== undefined) changed++;
      }
    } finally {
      pool.close();
    }
    expect(changed).toBeGreaterThan(5); // it is on
  });

  it("products with FMA: |C − AB| ≤ γ_K·|A||B|, and the bound is not idle", () => {
    if (!canContract) return;
    const off = (c: AnyArray): number => {
      const [truth, sizes] = on(referenceBackend, () => {
        const [a, b] = [left32.astype("f64"), m32.astype("f64")] as [NDArray, NDArray];
        return [a.matmul(b).toArray(), a.abs().matmul(b.abs()).toArray()];
      });
      return Math.max(...c.toArray().map((v, i) => Math.abs(v - truth[i]!) / sizes[i]!));
    };
    const γ = (317 * 2 ** -24) / (1 - 317 * 2 ** -24);
    const [fused, twice] = [threaded(1, true), plain].map((b) => off(results(b, works["product, f32"]!)));
    expect(fused).toBeLessThan(γ);
    expect(twice).toBeLessThan(γ);
    expect(fused).not.toBe(twice);
    expect(
      off(
        results(plain, works["product, f32"]!)
          .astype("f64")
          .mul(1 + 1e-3),
      ),
    ).toBeGreaterThan(10 * γ);
  });

  it("portable has the bits of one thread without FMA, whatever else is asked for", () => {
    const backend = wasmBackend.with({ reproducible: "portable", fma: true, native: true, threads: 2 });
    expect(firstDifferent(backend)).toBeUndefined();
    const eager = Object.values(works).map(({ f, inputs }) => on(backend, () => f(...inputs)));
    expect(
      difference(
        eager,
        Object.values(works).map((work) => results(plain, work)),
      ),
    ).toBeUndefined();
  });
});

describe("the native tier", () => {
  const before = process.env["STEEPEST_NATIVE"];
  beforeAll(() => {
    delete process.env["STEEPEST_NATIVE"]; // tests run without it unless they ask
  });
  afterAll(() => {
    if (before !== undefined) process.env["STEEPEST_NATIVE"] = before;
  });

  it("stays within the bounds of products", ({ skip }) => {
    const { native } = doctor();
    if (!native.on) {
      console.warn(`threads.test.ts: the laws of the native tier are SKIPPED: ${native.reason}`);
      skip();
    }
    const backend = wasmBackend.with({ native: true, fma: false, threads: 1 });
    let changed = 0;
    for (const [name, work] of Object.entries(works)) {
      const found = results(backend, work);
      const wide = name.endsWith("f64") || name === "Gram matrix" || name === "largest of rows";
      expect(distance([found], [results(plain, work)], wide ? 1e-13 : 1e-5), name).toBeUndefined();
      if (difference([found], [results(plain, work)]) !== undefined) changed++;
    }
    const [losses, expected] = [backend, plain].map((b) => {
      return on(b, () => {
        const { step } = training(mlp(300, 120, 10, 96));
        return array(Array.from({ length: 4 }, step));
      });
    });
    expect(distance([losses!], [expected!], 1e-5)).toBeUndefined();
    expect(changed).toBeGreaterThan(0); // it is on
  });
});
