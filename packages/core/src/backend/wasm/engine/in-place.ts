// Which donated arguments a result may overwrite: those whose last reader writes the result, element by element.
import type { LoopKernel } from "../../../program/kernels/kernel.ts";
import type { BufferArray, Schedule, Step } from "../../../program/kernels/schedule.ts";
import { touchesOf } from "../../../program/kernels/touches.ts";

/**
 * Of the pairs "result, argument that it follows" those that can share one place, each with the step that overwrites it.
 *
 * The result is written by one map; that map reads the argument at the same position or not at all; no later step reads the argument,
 * and no result is the argument itself. Host steps come before it: one that throws leaves the arguments as they were.
 */
export function inPlacePairs(schedule: Schedule, pairs: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const touches = schedule.steps.map(touchesOf);
  const lastHost = schedule.steps.findLastIndex(hasHost);
  const found = new Map<number, number>();
  for (const [output, input] of pairs) {
    const to = (schedule.outputs[output] as BufferArray).buffer;
    const from = schedule.inputs[input];
    if (from === undefined || schedule.outputs.some((other) => "buffer" in other && other.buffer === from)) continue;
    const writers = touches.flatMap(({ writes }, step) => (writes.has(to) ? [step] : []));
    const [writer] = writers;
    if (writer === undefined || writers.length > 1 || writer < lastHost) continue;
    const step = schedule.steps[writer]!;
    if (step.kind !== "loop" || !overwrites(step, from, to)) continue;
    if (touches.some(({ reads }, other) => other > writer && reads.has(from))) continue;
    found.set(output, writer);
  }
  return found;
}

function hasHost(step: Step): boolean {
  return step.kind === "host" || (step.kind === "rounds" && step.body.steps.some(hasHost));
}

function overwrites({ stages, accesses }: LoopKernel, from: number, to: number): boolean {
  const [stage] = stages;
  if (stages.length > 1 || stage?.over !== "inner" || stage.reductions.length > 0) return false;
  const written = accesses.filter(({ buffer }) => buffer === to);
  const [place] = written;
  if (place === undefined || written.length > 1 || place.picked !== undefined) return false;
  return accesses.every(
    ({ buffer, offset, strides, picked }) =>
      buffer !== from ||
      (picked === undefined &&
        offset === place.offset &&
        strides.every((stride, axis) => stride === place.strides[axis])),
  );
}
