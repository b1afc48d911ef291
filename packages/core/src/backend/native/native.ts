/**
 * The native tier: products of matrices by a BLAS of the system, on the memory of the engine.
 *
 * It is there when the user has installed `koffi` and the system has a BLAS, and it is admitted only after a test. Whatever is missing
 * or fails turns it off and leaves a reason, which `doctor` shows; programs run on WebAssembly then. Bits differ from WebAssembly
 * within the bound of summation, so it is off where results must be reproducible everywhere.
 */
import type { MatmulKernel } from "../../program/kernels/kernel.ts";
import { builtinModule, environment } from "../platform.ts";
import type { WasmMemory } from "../wasm/web-assembly.ts";
import { webAssembly } from "../wasm/web-assembly.ts";
import { admit, baseOf } from "./admission.ts";
import { type Blas, findBlas } from "./blas.ts";
import { type Koffi, loadKoffi } from "./koffi.ts";
import { type NativeProduct, nativeProduct } from "./native-product.ts";

export interface NativeTier {
  /** The file of the library and how it describes its build. */
  readonly library: string;
  readonly config: string;
  /** How much faster than WebAssembly a product of 256³ was. */
  readonly gain: number;
  /** A product, if the library can do it and it is worth the call. */
  product(kernel: MatmulKernel): NativeProduct | undefined;
  /** Where a memory begins for native code. Ask again when the memory has grown. */
  baseOf(memory: WasmMemory): number;
  setThreads(count: number): void;
}

/** On, or off with the reason. */
export type NativeState = { readonly tier: NativeTier } | { readonly reason: string };

let opened: NativeState | undefined;

/** The tier of this process: looked for once, unless the environment says STEEPEST_NATIVE=0. */
export function nativeTier(): NativeState {
  opened ??= open();
  return opened;
}

function open(): NativeState {
  if (environment("STEEPEST_NATIVE") === "0") return { reason: "turned off by STEEPEST_NATIVE=0" };
  const clock = builtinModule<{ performance: { now(): number } }>("node:perf_hooks");
  if (clock === undefined || webAssembly === undefined) return { reason: "native libraries need Node, from 20.16 on" };
  const koffi = loadKoffi();
  if (koffi === undefined) return { reason: "koffi is not installed: npm install koffi" };
  try {
    const blas = findBlas(koffi);
    return "reason" in blas ? blas : admitted(blas, koffi, () => clock.performance.now());
  } catch (error) {
    return { reason: String(error) };
  }
}

function admitted(blas: Blas, koffi: Koffi, now: () => number): NativeState {
  blas.setThreads(1); // compared thread by thread
  const { gain, reason } = admit(blas, koffi, now);
  if (reason !== undefined) return { reason };
  return {
    tier: {
      library: blas.path,
      config: blas.config,
      gain,
      product: (kernel) => nativeProduct(blas, kernel),
      baseOf: (memory) => baseOf(koffi, memory.buffer),
      setThreads: blas.setThreads,
    },
  };
}
