// What emitters return: code that is shared by equal kernels, and the words that it reads from its argument block.
import type { FunctionBuilder } from "./assembler.ts";

/**
 * Every kernel function is (arguments: i32, from: i32, to: i32, scratch: i32) → (). `arguments` is the address of its block of
 * words; it works on the units from … to − 1; `scratch` is the address of memory that belongs to the calling thread.
 */
export const KERNEL_SIGNATURE = { params: ["i32", "i32", "i32", "i32"], results: [] } as const;

/**
 * Where kernels say that a program cannot go on: they store a code other than 0 in this word of memory and finish. The engine looks
 * after every run, and repeats the program on the reference backend, which explains.
 */
export const STATUS_ADDRESS = 16;
export const STATUS_INDEX_OUT_OF_RANGE = 1;

/** One word of an argument block. Addresses are relocated when buffers move; f64 and i64 take eight bytes, aligned. */
export type Word =
  | { readonly kind: "i32"; readonly value: number }
  | { readonly kind: "f32"; readonly value: number }
  | { readonly kind: "f64"; readonly value: number }
  | { readonly kind: "i64"; readonly value: bigint }
  /** The address of a buffer plus bytes. */
  | { readonly kind: "address"; readonly buffer: number; readonly bytes: number };

/** One call: units may be cut into parts at multiples of `grain`, by shape alone, and run in any order on any thread. */
export interface Call {
  /** Equal keys mean equal code: sizes, addresses and constants are words, not code. */
  readonly key: string;
  readonly emit: (options: EmitOptions) => FunctionBuilder;
  readonly words: readonly Word[];
  readonly units: number;
  readonly grain: number;
  /** Roughly nanoseconds on one thread: decides whether threads pay. */
  readonly cost: number;
  /** Unit u needs and makes the elements u·rowsPerUnit … of the long axis alone. Left out: units are something else. */
  readonly rowsPerUnit?: number;
  /** Bytes that each thread needs at `scratch`. */
  readonly scratchBytes: number;
}

export interface EmitOptions {
  /** Contract x·y + z in matrix products and in expansions of functions. */
  readonly fma: boolean;
}

/** Calls in order, with a barrier after each. `workspaceBytes` is memory shared by them: buffer `WORKSPACE` of their words. */
export interface Emitted {
  readonly calls: readonly Call[];
  readonly workspaceBytes: number;
}
/** The buffer number that stands for the workspace of a kernel. */
export const WORKSPACE = -1;

/**
 * Vector loads of the last elements of an array may read up to this many bytes past it, and forget them: memory must not end before.
 */
export const READ_PAST_BYTES = 16;

/** Bytes of a word and where each word of a block starts. */
export function layoutOf(words: readonly Word[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  let at = 0;
  const offsets = words.map(({ kind }) => {
    const size = kind === "f64" || kind === "i64" ? 8 : 4;
    at = Math.ceil(at / size) * size;
    at += size;
    return at - size;
  });
  return { offsets, bytes: Math.ceil(at / 16) * 16 };
}
