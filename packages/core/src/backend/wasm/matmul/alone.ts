// Runs emitted kernels in a memory of their own: for tests, ladders and the admission of native libraries.
import { ModuleBuilder } from "../assembler.ts";
import { type Emitted, layoutOf, WORKSPACE } from "../emitted.ts";
import { type WasmMemory, webAssembly } from "../web-assembly.ts";

type Floats = Float32Array | Float64Array;

export interface AloneOptions {
  readonly fma?: boolean;
  /** Where in the memory everything begins. */
  readonly start?: number;
  /** How units are cut: `to` of each part given `from`, the units and the grain of the call. By default one part. */
  readonly cut?: (from: number, units: number, grain: number) => number;
}

/** Kernels and copies of buffers. */
export interface Alone {
  readonly memory: WasmMemory;
  /** Addresses of the buffers. */
  readonly places: readonly number[];
  /** As often as wanted. */
  run(): void;
  /** A copy of what is in a buffer. */
  read(buffer: number): Floats;
}

const align = (at: number) => Math.ceil(at / 64) * 64;
/** Bytes around everything: kernels that write outside of what is theirs are noticed. */
const GUARD = 64;

export function runAlone(emitted: Emitted, buffers: readonly Floats[], options: AloneOptions = {}): Alone {
  const wasm = webAssembly!; // whoever comes here has checked
  const { fma = false, start = 1024, cut = (_, units) => units } = options;
  let end = start;
  const take = (bytes: number) => {
    const at = end + GUARD;
    end = align(at + bytes + GUARD);
    return at;
  };
  const places = buffers.map((data) => take(data.byteLength));
  const workspace = take(emitted.workspaceBytes);
  const scratch = take(Math.max(0, ...emitted.calls.map(({ scratchBytes }) => scratchBytes)));
  const blocks = emitted.calls.map(({ words }) => take(layoutOf(words).bytes));
  const memory = new wasm.Memory({ initial: Math.ceil(end / 65_536) });
  const bytes = new Uint8Array(memory.buffer).fill(0xc5, start, end);
  const view = new DataView(memory.buffer);
  for (const [b, data] of buffers.entries())
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), places[b]!);
  const code = new ModuleBuilder();
  const known = new Map<string, string>();
  for (const [index, call] of emitted.calls.entries()) {
    const { offsets } = layoutOf(call.words);
    for (const [w, word] of call.words.entries()) {
      const at = blocks[index]! + offsets[w]!;
      if (word.kind === "address")
        view.setInt32(at, (word.buffer === WORKSPACE ? workspace : places[word.buffer]!) + word.bytes, true);
      else if (word.kind === "i32") view.setInt32(at, word.value, true);
      else if (word.kind === "f32") view.setFloat32(at, word.value, true);
      else if (word.kind === "f64") view.setFloat64(at, word.value, true);
      else view.setBigInt64(at, word.value, true);
    }
    if (known.has(call.key)) continue;
    known.set(call.key, `k${index}`);
    code.add(call.emit({ fma }), `k${index}`);
  }
  const { exports } = new wasm.Instance(new wasm.Module(code.bytes()), { engine: { memory } });
  const untouched = () => {
    const ranges = [
      ...places.map((at, b) => [at, buffers[b]!.byteLength] as const),
      [workspace, emitted.workspaceBytes] as const,
    ];
    for (const [at, size] of ranges) {
      for (const from of [at - GUARD, at + size]) {
        if (bytes.subarray(from, from + GUARD).some((byte) => byte !== 0xc5))
          throw new RangeError(`written outside at ${from}`);
      }
    }
    if (bytes.subarray(end - GUARD, end).some((byte) => byte !== 0xc5))
      throw new RangeError("written behind everything");
  };
  return {
    memory,
    places,
    run() {
      for (const [index, { key, units, grain }] of emitted.calls.entries()) {
        const run = exports[known.get(key)!] as (args: number, from: number, to: number, scratch: number) => void;
        for (let from = 0; from < units; ) {
          const to = Math.min(units, cut(from, units, grain));
          run(blocks[index]!, from, to, scratch);
          from = to;
        }
      }
    },
    read(buffer) {
      untouched();
      const data = buffers[buffer]!;
      const copy = bytes.slice(places[buffer]!, places[buffer]! + data.byteLength).buffer;
      return data instanceof Float32Array ? new Float32Array(copy) : new Float64Array(copy);
    },
  };
}
