import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import type { TypedArray } from "../../../program/dtype.ts";
import type { MatmulKernel } from "../../../program/kernels/kernel.ts";
import { multiply } from "../../../program/kernels/product.ts";
import { runAlone } from "../alone.ts";
import { FunctionBuilder, type Local, ModuleBuilder } from "../assembler.ts";
import { KERNEL_SIGNATURE } from "../emitted.ts";
import { emitMatmul } from "../matmul/index.ts";
import { webAssembly } from "../web-assembly.ts";
import { CLOSED, CONTROL, CONTROL_WORDS } from "./control.ts";
import { type PoolFunction, ThreadPool } from "./pool.ts";
import { NODE_PROGRAM } from "./worker-source.ts";

const PAGES = 2048;
const pools: ThreadPool[] = [];
afterAll(() => {
  for (const pool of pools) pool.close();
});

/** A pool with a memory in which places are handed out in a row. */
function poolOf(threads: number) {
  const memory = new webAssembly!.Memory({ initial: 64, maximum: PAGES, shared: true });
  let end = 1024;
  const allocate = (bytes: number) => {
    const at = end;
    end = Math.ceil((end + bytes) / 64) * 64;
    if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65_536));
    return at;
  };
  const pool = new ThreadPool({ memory, threads, allocate });
  pools.push(pool);
  const add = (module: ModuleBuilder): PoolFunction[] => {
    const bytes = module.bytes();
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(bytes), { engine: { memory } });
    const runs = Object.entries(exports) as [string, PoolFunction["run"]][];
    const first = pool.addModule(bytes, runs.length);
    return runs.map(([name, run], i) => ({ run, id: first + i, name }));
  };
  return { memory, allocate, pool, add };
}

/** word[args + 4·unit] += the word at `scratch`, for each unit; traps at the unit `trap`. */
function countModule(trap: number): ModuleBuilder {
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to, scratch] = f.params as [Local, Local, Local, Local];
  const at = f.local("i32");
  f.block((end) => {
    f.loop((again) => {
      f.get(from).get(to).plain("i32.ge_s").branchIf(end);
      f.get(from).i32(trap).plain("i32.eq");
      f.if(() => f.plain("unreachable"));
      f.get(args).get(from).i32(2).plain("i32.shl").plain("i32.add").set(at);
      f.get(at).get(at).memory("i32.load").get(scratch).memory("i32.load").plain("i32.add").memory("i32.store");
      f.get(from).i32(1).plain("i32.add").set(from);
      f.branch(again);
    });
  });
  const module = new ModuleBuilder({ sharedPages: PAGES });
  module.add(f, "count");
  return module;
}

function input(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(1 + i * (seed + 0.3)));
}

function sameBits(x: TypedArray, y: TypedArray): boolean {
  return Buffer.from(x.buffer).equals(Buffer.from(y.buffer));
}

describe("a pool of threads", () => {
  it("gives the bits of one thread with 2, 3 and 4", () => {
    const side = (buffer: number, columns: number) => ({
      buffer,
      offset: 0,
      rowStride: columns,
      columnStride: 1,
      batchStrides: [],
    });
    const kernel: MatmulKernel = {
      kind: "matmul",
      dtype: "f32",
      batch: [],
      m: 317,
      n: 203,
      k: 300,
      a: side(0, 300),
      b: side(1, 203),
      c: side(2, 203),
    };
    const expected = new Float32Array(317 * 203);
    multiply(kernel, input(317 * 300, 0), input(300 * 203, 1), expected);
    const buffers = [input(317 * 300, 0), input(300 * 203, 1), new Float32Array(317 * 203)];
    for (const threads of [1, 2, 3, 4]) {
      const alone = runAlone(emitMatmul(kernel), buffers, { threads });
      alone.run();
      expect(sameBits(alone.read(2), expected)).toBe(true); // before they are ready too
      expect(alone.pool?.waitReady(10_000) ?? 1).toBe(threads);
      for (let round = 0; round < 20; round++) {
        alone.run();
        expect(sameBits(alone.read(2), expected)).toBe(true);
      }
      alone.pool?.close();
    }
  });

  it("runs each unit once in 10,000 calls in a row, on more than one thread", async () => {
    const { memory, allocate, pool, add } = poolOf(4);
    await pool.whenReady();
    const [code] = add(countModule(-1)) as [PoolFunction];
    const units = 130;
    const args = allocate(4 * units);
    const scratch = allocate(4 * 64);
    const words = new Int32Array(memory.buffer);
    for (let thread = 0; thread < 4; thread++) words[scratch / 4 + 16 * thread] = 1;
    const call = { args, units, grain: 2, scratch, scratchStride: 64 };
    for (let round = 0; round < 10_000; round++) pool.run(code, call);
    expect([...words.subarray(args / 4, args / 4 + units)]).toEqual(Array.from({ length: units }, () => 10_000));
    // now a worker leaves another number than the caller
    for (let thread = 1; thread < 4; thread++) words[scratch / 4 + 16 * thread] = 100;
    for (let round = 0; round < 10_000; round++) pool.run(code, call);
    const total = words.subarray(args / 4, args / 4 + units).reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(2 * 10_000 * units); // more than the caller alone would leave
  });

  it("wakes workers that went to sleep, with modules added in between", async () => {
    const { memory, allocate, pool, add } = poolOf(2);
    await pool.whenReady();
    const units = 4000;
    const args = allocate(4 * units);
    const scratch = allocate(128);
    const words = new Int32Array(memory.buffer);
    for (const thread of [0, 1]) words[scratch / 4 + 16 * thread] = 1;
    for (let round = 1; round <= 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const [code] = add(countModule(-round)) as [PoolFunction];
      pool.run(code, { args, units, grain: 1, scratch, scratchStride: 64 });
      expect(words.subarray(args / 4, args / 4 + units).every((count) => count === round)).toBe(true);
    }
  });

  it("names the kernel that traps, on whichever thread, and goes on", async () => {
    const { memory, allocate, pool, add } = poolOf(3);
    await pool.whenReady();
    const units = 2000;
    const args = allocate(4 * units);
    const scratch = allocate(192);
    const words = new Int32Array(memory.buffer);
    for (const thread of [0, 1, 2]) words[scratch / 4 + 16 * thread] = 1;
    for (const trap of [0, 777, units - 1]) {
      const [code] = add(countModule(trap)) as [PoolFunction];
      const call = { args, units, grain: 1, scratch, scratchStride: 64 };
      const named = { ...code, name: `count ${trap}` };
      for (let round = 0; round < 20; round++) {
        expect(() => pool.run(named, call)).toThrow(`The kernel "count ${trap}" failed: RuntimeError: unreachable`);
      }
    }
    words.fill(0, args / 4, args / 4 + units);
    const [code] = add(countModule(-1)) as [PoolFunction];
    pool.run(code, { args, units, grain: 1, scratch, scratchStride: 64 });
    expect(words.subarray(args / 4, args / 4 + units).every((count) => count === 1)).toBe(true);
  });

  it("works alone after it was closed", async () => {
    const { memory, allocate, pool, add } = poolOf(2);
    await pool.whenReady();
    pool.close();
    const [code] = add(countModule(-1)) as [PoolFunction];
    const args = allocate(400);
    const scratch = allocate(128);
    new Int32Array(memory.buffer)[scratch / 4] = 7;
    pool.run(code, { args, units: 100, grain: 1, scratch, scratchStride: 64 });
    expect(pool.ready).toBe(1);
    expect(new Int32Array(memory.buffer)[args / 4 + 99]).toBe(7);
  });

  it("does not keep a process alive, asleep or polling", () => {
    // the worker's program, started as the pool starts it, in a process of its own
    const program = `
      const { Worker } = require("node:worker_threads");
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
      const control = new Int32Array(new SharedArrayBuffer(${4 * CONTROL_WORDS}));
      control[${CONTROL.gate}] = ${CLOSED};
      const worker = new Worker(${JSON.stringify(NODE_PROGRAM)}, { eval: true, workerData: { memory, control, index: 1 } });
      worker.unref();
      const wait = setInterval(() => {
        if (control[${CONTROL.ready}] === 1 && (process.argv[1] === "polling" || control[${CONTROL.sleeping}] === 1)) clearInterval(wait);
      }, 1);
    `;
    for (const state of ["asleep", "polling"]) {
      const { status, error } = spawnSync(process.execPath, ["-e", program, state], { timeout: 20_000 });
      expect(error).toBeUndefined();
      expect(status).toBe(0);
    }
  });
});
