// Loop kernels in plain JS: the exact oracle of emitted code.
import type { LoopKernel, Stage } from "../../program/kernels/kernel.ts";
import { evaluate, type Inputs, type Scalar } from "./element.ts";
import { type Buffers, Elements, positionsOf } from "./nest.ts";
import { RowAccumulators } from "./reduce.ts";

export function runLoop(kernel: LoopKernel, buffers: Buffers): void {
  const elements = new Elements(kernel.accesses, buffers);
  const slots = kernel.slots.map(() => 0);
  const values: Scalar[] = [];
  for (const row of positionsOf(kernel.outer)) {
    const position = [...row, 0];
    const inputs = inputsAt(elements, position, slots);
    for (const stage of kernel.stages) {
      if (stage.over === "row") runOnce(stage, elements, position, inputs, slots, values);
      else runPass(kernel, stage, elements, position, inputs, slots, values);
    }
  }
}

export function inputsAt(elements: Elements, position: readonly number[], slots: readonly number[]): Inputs {
  return {
    load: (access) => elements.load(access, position),
    slot: (slot) => slots[slot]!,
    index: (axis) => position[axis]!,
  };
}

function runPass(
  kernel: LoopKernel,
  stage: Stage,
  elements: Elements,
  position: number[],
  inputs: Inputs,
  slots: number[],
  values: Scalar[],
): void {
  const inner = position.length - 1;
  const accumulators = stage.reductions.map((r) => new RowAccumulators(r.combine, kernel.slots[r.slot]!));
  for (let i = 0; i < kernel.inner; i++) {
    position[inner] = i;
    evaluate(stage.body, inputs, values);
    stage.reductions.forEach(({ value }, r) => {
      accumulators[r]!.add(values[value] as number);
    });
    for (const { value, access } of stage.stores) elements.store(access, position, values[value] as number);
  }
  position[inner] = 0;
  stage.reductions.forEach(({ slot }, r) => {
    slots[slot] = accumulators[r]!.result();
  });
}

export function runOnce(
  stage: Stage,
  elements: Elements,
  position: readonly number[],
  inputs: Inputs,
  slots: number[],
  values: Scalar[],
): void {
  evaluate(stage.body, inputs, values);
  for (const { value, access } of stage.stores) elements.store(access, position, values[value] as number);
  for (const { value, slot } of stage.results) slots[slot] = values[value] as number;
}
