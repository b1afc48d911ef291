// The WebAssembly backend: whole programs as a few fused kernels in one memory, single operations with the same bits.

import { OptionChecker } from "../../errors/index.ts";
import { describeStep, lower, printSchedule } from "../../program/lower/index.ts";
import type { Program } from "../../program/program.ts";
import type { Tensor } from "../../program/tensor.ts";
import type { Backend, Prepared, StepProfile, Watch } from "../interface.ts";
import { nativeTier } from "../native/index.ts";
import { referenceBackend } from "../reference/reference.ts";
import { FunctionBuilder, ModuleBuilder } from "./assembler.ts";
import { Eager } from "./engine/eager.ts";
import { Engine, type EngineSettings } from "./engine/engine.ts";
import type { Runner } from "./engine/runner.ts";
import { decideFma } from "./relaxed-simd.ts";
import { defaultThreads, threadsMissing } from "./threads/index.ts";
import { webAssembly } from "./web-assembly.ts";

export interface WasmOptions {
  /** Threads in all. Default: STEEPEST_THREADS, or what the machine has, at most 8. Results do not depend on it. */
  readonly threads?: number;
  /** Round x·y + z once, in matrix products and in expansions of functions. Default: STEEPEST_FMA, or where the platform has it. */
  readonly fma?: boolean;
  /** Products of matrices by a BLAS of the system, where `koffi` finds one. Default: unless STEEPEST_NATIVE is 0. */
  readonly native?: boolean;
  /** "portable": no FMA, no native library; the same bits in every engine. Default "host". */
  readonly reproducible?: "host" | "portable";
}

export interface WasmBackend extends Backend {
  prepare(program: Program, inputs: readonly Tensor[], donated: readonly boolean[]): Prepared | undefined;
  /** The same backend with other settings: a memory of its own. */
  with(options: WasmOptions): WasmBackend;
}

function make(options: WasmOptions): WasmBackend {
  let engine: Engine | undefined; // made when the first program needs it
  const theEngine = (): Engine => {
    engine ??= new Engine(settingsOf(options));
    return engine;
  };
  const eager = new Eager(theEngine);
  return {
    name: "wasm",
    capabilities: {
      synchronous: true,
      dtypes: ["f64", "f32", "i32", "bool"],
      get threads() {
        return theEngine().settings.threads;
      },
    },
    evaluate(primitive, inputs, params, output) {
      const data = isUsable() ? eager.run(primitive, inputs, params, output) : undefined;
      if (data === undefined) return referenceBackend.evaluate(primitive, inputs, params, output);
      return { shape: output.shape, dtype: output.dtype, weak: output.weak, data };
    },
    prepare(program, inputs, donated) {
      if (!isUsable()) return undefined;
      const schedule = lower(program);
      const runner = theEngine().prepare(schedule, donated, inputs);
      const { memory } = theEngine();
      return {
        run: (tensors, watch) => (watch === undefined ? runner.run(tensors) : watched(runner, tensors, watch)),
        get stats() {
          const { plan, entries } = runner.tape;
          return {
            kernels: entries.length,
            arenaBytes: plan.peak,
            bytesWithoutReuse: plan.withoutReuse,
            lowerBoundBytes: plan.lowerBound,
            memoryBytes: memory.bytes,
            ...runner.stats,
          };
        },
        inspect: () => printSchedule(runner.tape.schedule),
      };
    },
    with: (other) => make({ ...options, ...other }),
  };
}

let usable: boolean | undefined;

/** Whether code with vectors can be made here: old engines cannot, and pages may forbid it. Then everything runs on the reference backend. */
function isUsable(): boolean {
  usable ??= canRunVectors();
  return usable;
}

function canRunVectors(): boolean {
  const f = new FunctionBuilder({ params: [], results: [] });
  f.i32(0).simd("i32x4.splat").plain("drop");
  const module = new ModuleBuilder();
  module.add(f);
  try {
    return webAssembly !== undefined && new webAssembly.Module(module.bytes()) !== undefined;
  } catch {
    return false;
  }
}

/** What the options, the environment and the platform allow. @throws OptionError for an option out of range. */
function settingsOf(options: WasmOptions): EngineSettings {
  new OptionChecker("wasmBackend", options, ["threads", "fma", "native", "reproducible"])
    .integer("threads", 1)
    .boolean("fma")
    .boolean("native")
    .oneOf("reproducible", ["host", "portable"])
    .done();
  const portable = options.reproducible === "portable";
  const wanted = options.threads ?? defaultThreads();
  const threads = threadsMissing() === undefined ? wanted : 1;
  const state = portable || options.native === false ? undefined : nativeTier();
  const native = state !== undefined && "tier" in state ? state.tier : undefined;
  native?.setThreads(threads);
  return { fma: decideFma(portable ? false : options.fma).on, shared: threads > 1, threads, native };
}

/** One run whose steps are measured. */
function watched(runner: Runner, tensors: readonly Tensor[], { now, record }: Watch) {
  const steps: StepProfile[] = [];
  let start = 0;
  const results = runner.run(tensors, ({ step }, ended) => {
    if (ended) steps.push({ ...describeStep(runner.tape.schedule, step), start, milliseconds: now() - start });
    else start = now();
  });
  record(steps);
  return results;
}

/**
 * Runs programs and operations as WebAssembly that is made at run time, with 128-bit SIMD, threads, and where they are found fused
 * multiply-add and a BLAS of the system. The default backend; `wasmBackend.with({ … })` is one with other settings.
 *
 * @example
 * ```ts
 * import { useBackend, wasmBackend } from "steepest";
 * // the same bits in every engine
 * useBackend(wasmBackend.with({ reproducible: "portable" }));
 * ```
 */
export const wasmBackend: WasmBackend = make({});
