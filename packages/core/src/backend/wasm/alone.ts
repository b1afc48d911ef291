// Runs emitted kernels in a memory of their own: for checks, tests, ladders and the admission of native libraries.
import type { TypedArray } from "../../program/dtype.ts";
import { ModuleBuilder } from "./assembler.ts";
import { type Emitted, layoutOf, READ_PAST_BYTES, WORKSPACE } from "./emitted.ts";
import { type PoolFunction, ThreadPool } from "./threads/index.ts";
import { type WasmMemory, webAssembly } from "./web-assembly.ts";

export interface AloneOptions {
  readonly fma?: boolean;
  /** Where in the memory everything begins. */
  readonly start?: number;
  /** Threads that share the calls. Default 1: this one, without a pool. */
  readonly threads?: number;
  /** How units are cut on one thread: `to` of each part given `from`, the units and the grain. By default one part. */
  readonly cut?: (from: number, units: number, grain: number) => number;
}

/** Kernels and copies of buffers. */
export interface Alone {
  readonly memory: WasmMemory;
  /** Addresses of the buffers. */
  readonly places: readonly number[];
  readonly pool: ThreadPool | undefined;
  /** As often as wanted. */
  run(): void;
  /** A copy of what is in a buffer. @throws RangeError if something beside the buffers was written. */
  read(buffer: number): TypedArray;
}

const PAGE = 65_536;
/** 4 GiB */
const MOST_PAGES = 65_536;
/** Bytes around everything: kernels that write outside of what is theirs are noticed. */
const GUARD = 64;
const FILL = 0xc5;

export function runAlone(emitted: Emitted, buffers: readonly TypedArray[], options: AloneOptions = {}): Alone {
  const wasm = webAssembly!; // whoever comes here has checked
  const { fma = false, start = 1024, threads = 1, cut = (_, units) => units } = options;
  const { calls, workspaceBytes } = emitted;
  let end = start;
  const guarded: number[] = [];
  const take = (bytes: number): number => {
    const at = Math.ceil(end / 64) * 64 + GUARD;
    end = at + bytes + GUARD;
    guarded.push(at - GUARD, at + bytes);
    return at;
  };
  const scratchStride = Math.ceil(Math.max(0, ...calls.map(({ scratchBytes }) => scratchBytes)) / 64) * 64;
  const places = buffers.map((data) => take(data.byteLength));
  const workspace = take(workspaceBytes);
  const scratch = take(threads * scratchStride);
  const blocks = calls.map(({ words }) => take(layoutOf(words).bytes));
  const code = new ModuleBuilder(threads > 1 ? { sharedPages: MOST_PAGES } : {});
  const keys = [...new Set(calls.map(({ key }) => key))];
  for (const key of keys) code.add(calls.find((call) => call.key === key)!.emit({ fma }), key);
  const module = code.bytes();
  const moduleAt = threads > 1 ? take(module.length + 8) : 0;

  const initial = Math.ceil((end + READ_PAST_BYTES) / PAGE);
  const memory = new wasm.Memory(threads > 1 ? { initial, maximum: MOST_PAGES, shared: true } : { initial });
  const bytes = new Uint8Array(memory.buffer).fill(FILL, start, end);
  const view = new DataView(memory.buffer);
  for (const [b, { buffer, byteOffset, byteLength }] of buffers.entries()) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), places[b]!);
  }
  for (const [index, { words }] of calls.entries()) {
    const { offsets } = layoutOf(words);
    for (const [w, word] of words.entries()) {
      const at = blocks[index]! + offsets[w]!;
      if (word.kind === "i32") view.setInt32(at, word.value, true);
      else if (word.kind === "f32") view.setFloat32(at, word.value, true);
      else if (word.kind === "f64") view.setFloat64(at, word.value, true);
      else if (word.kind === "i64") view.setBigInt64(at, word.value, true);
      else view.setInt32(at, (word.buffer === WORKSPACE ? workspace : places[word.buffer]!) + word.bytes, true);
    }
  }
  const { exports } = new wasm.Instance(new wasm.Module(module), { engine: { memory } });
  const pool = threads > 1 ? new ThreadPool({ memory, threads, allocate: () => moduleAt }) : undefined;
  const first = pool?.addModule(module, keys.length) ?? 0;
  const codes = calls.map(({ key }): PoolFunction => {
    return { run: exports[key] as PoolFunction["run"], id: first + keys.indexOf(key), name: key };
  });
  return {
    memory,
    places,
    pool,
    run() {
      for (const [index, { units, grain }] of calls.entries()) {
        const args = blocks[index]!;
        if (pool !== undefined) pool.run(codes[index]!, { args, units, grain, scratch, scratchStride });
        for (let from = pool === undefined ? 0 : units; from < units; ) {
          const to = Math.min(units, cut(from, units, grain));
          codes[index]!.run(args, from, to, scratch);
          from = to;
        }
      }
    },
    read(buffer) {
      for (const at of guarded) {
        const touched = bytes.subarray(at, at + GUARD).findIndex((byte) => byte !== FILL);
        if (touched !== -1) throw new RangeError(`a kernel has written outside, at ${at + touched}`);
      }
      const data = buffers[buffer]!;
      const own = bytes.slice(places[buffer]!, places[buffer]! + data.byteLength).buffer;
      return new (data.constructor as new (buffer: ArrayBufferLike) => typeof data)(own); // a typed array makes its like
    },
  };
}
