// Runs emitted kernels on typed arrays in tests and ladders: buffers, blocks and scratch one after the other in a memory.
import type { TypedArray } from "../../../program/dtype.ts";
import { ModuleBuilder } from "../assembler.ts";
import { type Emitted, layoutOf, READ_PAST_BYTES, STATUS_ADDRESS, WORKSPACE } from "../emitted.ts";
import { webAssembly } from "../web-assembly.ts";

export interface HarnessOptions {
  readonly fma?: boolean;
  /** Parts that each call is cut into at multiples of its grain, run in reverse order. Default 1. */
  readonly parts?: number;
}

export interface Harness {
  /** Runs all calls; throws if something outside of the arrays was written. Returns the status word. */
  run(): number;
  /** The content of a buffer now. */
  read(buffer: number): TypedArray;
}

const GUARD = 64;
const FILL = 0xc5;

export function harnessOf(emitted: Emitted, buffers: readonly TypedArray[], options: HarnessOptions = {}): Harness {
  const { fma = false, parts = 1 } = options;
  let end = 1024;
  const guards: number[] = [];
  const take = (bytes: number): number => {
    const at = Math.ceil(end / 64) * 64 + GUARD;
    end = at + bytes + GUARD;
    guards.push(at - GUARD, at + bytes);
    return at;
  };
  const places = buffers.map((data) => take(data.byteLength));
  const workspace = take(emitted.workspaceBytes);
  const scratch = take(Math.max(0, ...emitted.calls.map(({ scratchBytes }) => scratchBytes)));
  const blocks = emitted.calls.map(({ words }) => take(layoutOf(words).bytes));
  const memory = new webAssembly!.Memory({ initial: Math.ceil((end + READ_PAST_BYTES) / 65_536) });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(FILL, 1024, end);
  const view = new DataView(memory.buffer);
  buffers.forEach((data, b) => {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), places[b]!);
  });
  const code = new ModuleBuilder();
  const names = new Map<string, string>();
  emitted.calls.forEach((call, index) => {
    const { offsets } = layoutOf(call.words);
    call.words.forEach((word, w) => {
      const at = blocks[index]! + offsets[w]!;
      if (word.kind === "address") {
        view.setInt32(at, (word.buffer === WORKSPACE ? workspace : places[word.buffer]!) + word.bytes, true);
      } else if (word.kind === "i32") view.setInt32(at, word.value, true);
      else if (word.kind === "f32") view.setFloat32(at, word.value, true);
      else if (word.kind === "f64") view.setFloat64(at, word.value, true);
      else view.setBigInt64(at, word.value, true);
    });
    if (names.has(call.key)) return;
    names.set(call.key, `k${index}`);
    code.add(call.emit({ fma }), `k${index}`);
  });
  const { exports } = new webAssembly!.Instance(new webAssembly!.Module(code.bytes()), { engine: { memory } });
  const functions = emitted.calls.map(
    ({ key }) => exports[names.get(key)!] as (args: number, from: number, to: number, scratch: number) => void,
  );
  const runCall = (index: number): void => {
    const { units, grain } = emitted.calls[index]!;
    const size = parts === 1 ? units : Math.max(1, Math.ceil(units / parts / grain)) * grain;
    const starts: number[] = [];
    for (let from = 0; from < units; from += size) starts.push(from);
    for (const from of starts.reverse()) {
      functions[index]!(blocks[index]!, from, Math.min(units, from + size), scratch);
    }
  };
  return {
    run() {
      for (let index = 0; index < functions.length; index++) runCall(index);
      for (const at of guards) {
        for (let i = at; i < at + GUARD; i++) {
          if (bytes[i] !== FILL) throw new RangeError(`A kernel wrote outside of its arrays, at ${i}.`);
        }
      }
      return view.getInt32(STATUS_ADDRESS, true);
    },
    read(buffer) {
      const data = buffers[buffer]!;
      const copy = bytes.slice(places[buffer]!, places[buffer]! + data.byteLength).buffer;
      return new (data.constructor as new (buffer: ArrayBuffer) => TypedArray)(copy);
    },
  };
}
