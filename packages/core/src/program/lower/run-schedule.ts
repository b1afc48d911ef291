// Schedules in plain JS, one typed array per buffer: the oracle of engines, and of lowering itself. Who runs the kernels is given.

import { allocate, type TypedArray } from "../dtype.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { HostStep, LoopStep, Schedule, Step } from "../kernels/schedule.ts";
import { emptyTensor, type Tensor, tensor } from "../tensor.ts";

type Buffers = (buffer: number) => TypedArray;
export type RunKernel = (kernel: Kernel, buffers: Buffers) => void;

/** What a schedule makes of its inputs, kernel by kernel. */
export function runSchedule(schedule: Schedule, inputs: readonly Tensor[], runKernel: RunKernel): Tensor[] {
  const arrays: (TypedArray | undefined)[] = schedule.buffers.map(() => undefined);
  const arrayOf = (buffer: number): TypedArray => {
    const { dtype, size } = schedule.buffers[buffer]!;
    arrays[buffer] ??= allocate(dtype, [size]);
    return arrays[buffer];
  };
  for (const [i, buffer] of schedule.inputs.entries()) if (buffer !== undefined) arrays[buffer] = inputs[i]!.data;
  for (const { buffer, tensor: constant } of schedule.constants) arrays[buffer] = constant.data;
  for (const step of schedule.steps) runStep(step, arrayOf, runKernel);
  return schedule.outputs.map((output) => {
    if (!("buffer" in output)) return output.tensor;
    return tensor(output.shape, arrayOf(output.buffer));
  });
}

function runStep(step: Step, arrayOf: Buffers, runKernel: RunKernel): void {
  if (step.kind === "host") runHost(step, arrayOf);
  else if (step.kind === "rounds") runRounds(step, arrayOf, runKernel);
  else runKernel(step, arrayOf);
}

function runRounds(step: LoopStep, arrayOf: Buffers, runKernel: RunKernel): void {
  const { body } = step;
  for (const { from, to } of step.carries) arrayOf(to).set(arrayOf(from));
  for (let round = 0; round < step.count; round++) {
    const row = step.reverse ? step.count - 1 - round : round;
    const inputs: Tensor[] = [];
    const give = (input: number, data: TypedArray): void => {
      inputs[input] = tensor([data.length], data);
    };
    for (const { to, input } of step.carries) give(input, arrayOf(to).slice());
    for (const { from, input } of step.shared) give(input, arrayOf(from));
    for (const { from, input, size } of step.rows) give(input, arrayOf(from).slice(row * size, (row + 1) * size));
    const results = runSchedule(body, inputs, runKernel);
    if (step.test !== undefined && results[step.test]!.data[0] === 0) return;
    for (const { output, to, size } of step.results) arrayOf(to).set(results[output]!.data, row * size);
    for (const { output, to } of step.carries) arrayOf(to).set(results[output]!.data);
  }
}

function runHost({ primitive, params, inputs, output }: HostStep, arrayOf: Buffers): void {
  const given = inputs.map(({ buffer, shape }) => tensor(shape, arrayOf(buffer)));
  const result = emptyTensor({ shape: output.shape, dtype: output.dtype, weak: false });
  primitive.evaluate(given, result, params);
  arrayOf(output.buffer).set(result.data);
}
