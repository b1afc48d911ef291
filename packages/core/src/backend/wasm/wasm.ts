// The WebAssembly backend: whole programs as a few fused kernels in one memory. Single operations run on the reference backend.
import type { Schedule } from "../../program/kernels/schedule.ts";
import { describeStep, lower, printSchedule } from "../../program/lower/index.ts";
import type { Program } from "../../program/program.ts";
import type { Tensor } from "../../program/tensor.ts";
import type { Backend, Prepared, StepProfile, Watch } from "../interface.ts";
import { referenceBackend } from "../reference/reference.ts";
import { Eager } from "./engine/eager.ts";
import { Engine } from "./engine/engine.ts";
import type { Runner } from "./engine/runner.ts";

export interface WasmSettings {
  /** Contract x·y + z in matrix products and in expansions of functions, where the engine can. Default false. */
  readonly fma?: boolean;
}

export interface WasmBackend extends Backend {
  prepare(program: Program, inputs: readonly Tensor[], donated: readonly boolean[]): Prepared;
  /** The same backend with other settings: a memory of its own. */
  with(settings: WasmSettings): WasmBackend;
}

function make(settings: WasmSettings): WasmBackend {
  let engine: Engine | undefined; // made when the first program needs it
  const theEngine = (): Engine => {
    engine ??= new Engine({ fma: settings.fma === true, shared: false });
    return engine;
  };
  const eager = new Eager(theEngine);
  return {
    name: "wasm",
    capabilities: { synchronous: true, dtypes: ["f64", "f32", "i32", "bool"], threads: 1 },
    evaluate(primitive, inputs, params, output) {
      const data = eager.run(primitive, inputs, params, output);
      if (data === undefined) return referenceBackend.evaluate(primitive, inputs, params, output);
      return { shape: output.shape, dtype: output.dtype, weak: output.weak, data };
    },
    prepare(program, inputs, donated) {
      const schedule = lower(program);
      const runner = theEngine().prepare(schedule, donated, inputs);
      const { memory } = theEngine();
      return {
        run: (tensors, watch) =>
          watch === undefined ? runner.run(tensors) : watched(runner, schedule, tensors, watch),
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
        inspect: () => printSchedule(schedule),
      };
    },
    with: (other) => make({ ...settings, ...other }),
  };
}

/** One run whose steps are measured. */
function watched(runner: Runner, schedule: Schedule, tensors: readonly Tensor[], { now, record }: Watch) {
  const steps: StepProfile[] = [];
  let start = 0;
  const results = runner.run(tensors, ({ step }, ended) => {
    if (ended) steps.push({ ...describeStep(schedule, step), start, milliseconds: now() - start });
    else start = now();
  });
  record(steps);
  return results;
}

/** Runs compiled programs as WebAssembly, with 128-bit SIMD. */
export const wasmBackend: WasmBackend = make({});
