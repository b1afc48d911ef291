// Runs for long in a process of its own (node --expose-gc) and writes what it holds, as lines of JSON. Bundled by memory.test.ts.
import { type AnyArray, array, type Backend, compile, type NDArray, useBackend, wasmBackend } from "../../src/index.ts";
import { variant } from "./backends.ts";
import { mlp, numbers, training } from "./workloads.ts";

declare const gc: () => void;
declare const process: { argv: string[]; memoryUsage(): { heapUsed: number; rss: number; arrayBuffers: number } };
declare const console: { log(text: string): void };
declare const setImmediate: (f: () => void) => void;

const [, , scenario = "", count = "0", leak = ""] = process.argv;
const total = Number(count);
const { engine, ...backend } = variant({});
useBackend(backend as Backend);

/** Long enough for finalizers. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** `bytes`: of another engine than the one above. */
async function report(step: number, bytes?: number): Promise<void> {
  await settle();
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
  const { memory, code } = engine;
  console.log(
    JSON.stringify({
      step,
      wasmBytes: bytes ?? memory.bytes,
      heapBytes: memory.heap.bytesInUse,
      jsBytes: heapUsed + arrayBuffers,
      rss,
      kernels: code.size,
    }),
  );
}

const held: unknown[] = [];
/** What a planted mistake keeps per step. */
function plant(x: AnyArray): void {
  if (leak === "js") held.push(new Float64Array(1024));
  if (leak === "wasm") engine.memory.heap.allocate(1024);
  if (leak === "array") held.push(x);
}

const scenarios: Record<string, () => Promise<void>> = {
  /** Training steps with donated arguments. */
  async donated() {
    const { step, params } = training(mlp());
    for (let i = 1; i <= total; i++) {
      step();
      plant(params()["b3"]!);
      if (i === 2 || i % (total / 10) === 0) await report(i);
    }
  },

  /** The same without donation: every step copies its results out, and they are dropped. */
  async copied() {
    const { step, params } = training(mlp(), {});
    for (let i = 1; i <= total; i++) {
      step();
      plant(params()["b3"]!);
      if (i === 2 || i % (total / 10) === 0) await report(i);
    }
  },

  /** New batches at every step. */
  async batches() {
    const f = compile((w: NDArray, x: NDArray) => w.add(x.mean(0)), { donate: [0] });
    let w = numbers([100], 1);
    for (let i = 1; i <= total; i++) {
      w = f(w, numbers([20, 100], i));
      plant(w);
      if (i === 2 || i % (total / 10) === 0) await report(i);
    }
  },

  /** Programs that are compiled, used once and dropped, each with constants of its own. */
  async programs() {
    for (let i = 1; i <= total; i++) {
      const own = numbers([2000], i);
      const f = compile((x: NDArray) => x.mul(own).exp().sum());
      plant(f(numbers([2000], i + 1)));
      if (leak === "program") held.push(f);
      if (i % (total / 10) === 0) await report(i);
    }
  },

  /** Programs of ever new structure: their code stays, whatever is dropped. */
  async structures() {
    for (let i = 1; i <= total; i++) {
      const f = compile((x: NDArray) => {
        let y = x;
        for (let bit = 1; bit <= i; bit *= 2) y = (i & bit) === 0 ? y.add(1).abs() : y.square().neg();
        return y;
      });
      plant(f(numbers([10], i)));
      if (i % (total / 10) === 0) await report(i);
    }
  },

  /** Single operations in a loop that does not yield. */
  async eager() {
    useBackend(wasmBackend.with({ threads: 1, fma: false, native: false }));
    const [w, x] = [numbers([60, 50], 1), numbers([40, 60], 2)];
    const probe = compile((y: NDArray) => y.add(1));
    for (let round = 1; round <= 10; round++) {
      for (let i = 0; i < total / 10; i++) plant(x.matmul(w).tanh().softmax(-1).sum(0));
      probe(w);
      await report((round * total) / 10, probe.stats.memoryBytes);
    }
  },

  /** Single operations on ever new shapes. */
  async shapes() {
    useBackend(wasmBackend.with({ threads: 1, fma: false, native: false }));
    const probe = compile((y: NDArray) => y.add(1));
    for (let i = 1; i <= total; i++) {
      plant(
        numbers([10 + i], 1)
          .exp()
          .sum(),
      );
      if (i % (total / 10) !== 0) continue;
      probe(numbers([3], 1));
      await report(i, probe.stats.memoryBytes);
    }
  },

  /** The same with donated results that are dropped with them, in one go without a pause. */
  async results() {
    for (let round = 1; round <= 10; round++) {
      for (let i = 0; i < total / 10; i++) {
        const f = compile((x: NDArray) => x.mul(i + 1), { donate: [0] });
        const y = f(numbers([3000], i));
        plant(f(y));
      }
      await report((round * total) / 10);
    }
  },
};

await scenarios[scenario]!();
held.push(array([0]));
