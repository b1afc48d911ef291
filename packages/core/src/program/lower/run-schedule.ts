// Schedules in plain JS: every kernel by the interpreter, one typed array per buffer. The oracle of engines, and of lowering itself.

import { allocate, type TypedArray } from "../dtype.ts";
import type { HostStep, Schedule, Step } from "../kernels/schedule.ts";
import { emptyTensor, type Tensor, tensor } from "../tensor.ts";
import { runPlain as runKernel } from "./plain-kernels.ts";

/** What a schedule makes of its inputs. */
export function runSchedule(schedule: Schedule, inputs: readonly Tensor[]): Tensor[] {
  const arrays: (TypedArray | undefined)[] = schedule.buffers.map(() => undefined);
  const arrayOf = (buffer: number): TypedArray => {
    const { dtype, size } = schedule.buffers[buffer]!;
    arrays[buffer] ??= allocate(dtype, [size]);
    return arrays[buffer];
  };
  for (const [i, buffer] of schedule.inputs.entries()) if (buffer !== undefined) arrays[buffer] = inputs[i]!.data;
  for (const { buffer, tensor: constant } of schedule.constants) arrays[buffer] = constant.data;
  for (const step of schedule.steps) runStep(step, arrayOf);
  return schedule.outputs.map((output) => {
    if (!("buffer" in output)) return output.tensor;
    return tensor(output.shape, arrayOf(output.buffer));
  });
}

function runStep(step: Step, arrayOf: (buffer: number) => TypedArray): void {
  if (step.kind === "host") runHost(step, arrayOf);
  else if (step.kind !== "rounds") runKernel(step, arrayOf);
}

function runHost({ primitive, params, inputs, output }: HostStep, arrayOf: (buffer: number) => TypedArray): void {
  const given = inputs.map(({ buffer, shape }) => tensor(shape, arrayOf(buffer)));
  const result = emptyTensor({ shape: output.shape, dtype: output.dtype, weak: false });
  primitive.evaluate(given, result, params);
  arrayOf(output.buffer).set(result.data);
}
