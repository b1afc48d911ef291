// The linear memory of the engine with its views. Views are made again when the memory has grown; nobody outside keeps one.
import { BackendError } from "../../../errors/index.ts";
import { bytesOf, type DType, type TypedArray } from "../../../program/dtype.ts";
import { READ_PAST_BYTES } from "../emitted.ts";
import { type WasmMemory, webAssembly } from "../web-assembly.ts";
import { Heap } from "./heap.ts";

const PAGE = 65_536;
/** 4 GiB: what 32-bit addresses reach. */
export const LARGEST_PAGES = 65_536;

/** Unused at the end: vector loads of the last elements of an array may read a little past it. */
const MARGIN = Math.max(64, READ_PAST_BYTES);

/** One memory, and the heap that divides it. The first 64 bytes stay unused: no array has the address 0. */
export class EngineMemory {
  readonly memory: WasmMemory;
  readonly shared: boolean;
  readonly heap: Heap;
  #buffer: ArrayBufferLike | undefined;
  #views!: Readonly<Record<DType, TypedArray>>;

  constructor(options: { shared: boolean }) {
    this.shared = options.shared;
    this.memory = options.shared
      ? new webAssembly!.Memory({ initial: 16, maximum: LARGEST_PAGES, shared: true })
      : new webAssembly!.Memory({ initial: 16, maximum: LARGEST_PAGES });
    this.heap = new Heap(64, 16 * PAGE - MARGIN, (atLeast) => this.#grow(atLeast));
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** `size` elements at an address, as a view that is good until the memory grows. */
  view(dtype: DType, address: number, size: number): TypedArray {
    const start = address / bytesOf(dtype);
    return this.whole(dtype).subarray(start, start + size);
  }

  /** The whole memory in one width. */
  whole(dtype: DType): TypedArray {
    const { buffer } = this.memory;
    if (buffer !== this.#buffer || buffer.byteLength !== this.#views.bool.byteLength) {
      this.#buffer = buffer;
      this.#views = {
        f64: new Float64Array(buffer),
        f32: new Float32Array(buffer),
        i32: new Int32Array(buffer),
        bool: new Uint8Array(buffer),
      };
    }
    return this.#views[dtype];
  }

  /** Copies numbers in. */
  write(dtype: DType, address: number, data: TypedArray): void {
    this.whole(dtype).set(data, address / bytesOf(dtype));
  }

  /** Copies numbers out. */
  read(dtype: DType, address: number, size: number): TypedArray {
    const start = address / bytesOf(dtype);
    return this.whole(dtype).slice(start, start + size);
  }

  #grow(atLeast: number): number {
    // A little more than asked for, so that many small programs do not grow it page by page.
    const wanted = Math.ceil(atLeast / PAGE);
    const generous = Math.max(wanted, Math.min(1024, Math.ceil(this.bytes / PAGE / 4)));
    for (const pages of [generous, wanted]) {
      try {
        this.memory.grow(pages);
        return this.bytes - MARGIN;
      } catch {
        // the smaller step may still fit
      }
    }
    throw new BackendError(
      `The engine needs ${mib(atLeast)} MiB more than the ${mib(this.bytes)} MiB that it has, and its memory cannot grow that far (4 GiB at most). Work in batches, or in f32.`,
      { code: "out-of-memory", backend: "wasm" },
    );
  }
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
