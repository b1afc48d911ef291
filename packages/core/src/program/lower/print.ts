// Schedules as text and as pictures: what runs, how many bytes it moves, how much it computes.
import { bytesOf } from "../dtype.ts";
import type { Body, Instruction } from "../kernels/body.ts";
import type { Access, ColumnKernel, Kernel, LoopKernel } from "../kernels/kernel.ts";
import type { Schedule, Step } from "../kernels/schedule.ts";
import { touchesOf } from "../kernels/touches.ts";
import { sizeOf } from "../shape.ts";

/** The schedule, one step per line. */
export function printSchedule(schedule: Schedule): string {
  const inputs = schedule.inputs.map((buffer) => (buffer === undefined ? "unused" : `b${buffer}`));
  const outputs = schedule.outputs.map((x) => ("buffer" in x ? `b${x.buffer}` : "constant"));
  const lines = schedule.steps.map((step, i) => `${i}: ${describe(schedule, step)}`);
  return [`inputs ${inputs.join(", ")}`, ...lines, `return ${outputs.join(", ")}`].join("\n");
}

/** The schedule for Graphviz: steps as boxes, buffers as arrows. */
export function scheduleToDot(schedule: Schedule): string {
  const writer = new Map<number, string>();
  const lines: string[] = [];
  for (const [i, buffer] of schedule.inputs.entries()) {
    if (buffer === undefined) continue;
    writer.set(buffer, `i${i}`);
    lines.push(`  i${i} [label="input ${i}" shape=ellipse];`);
  }
  for (const [i, step] of schedule.steps.entries()) {
    const { reads, writes } = touchesOf(step);
    lines.push(`  s${i} [label=${JSON.stringify(describe(schedule, step))}];`);
    for (const buffer of reads) if (writer.has(buffer)) lines.push(`  ${writer.get(buffer)} -> s${i};`);
    for (const buffer of writes) writer.set(buffer, `s${i}`);
  }
  return ["digraph schedule {", "  node [shape=box];", ...lines, "}"].join("\n");
}

/** What a step does to memory, and how many operations it takes. */
export interface StepCost {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly flops: number;
}

/** A step by its number: what it is called, and what it costs. */
export function describeStep(schedule: Schedule, step: number): { kernel: string; bytes: number; flops: number } {
  const { bytesRead, bytesWritten, flops } = costOf(schedule, schedule.steps[step]!);
  return { kernel: headOf(schedule.steps[step]!), bytes: bytesRead + bytesWritten, flops };
}

/** Each buffer counts once per step; a product counts 2·m·n·k, other kernels one per instruction and element. */
export function costOf(schedule: Schedule, step: Step): StepCost {
  const { reads, writes } = touchesOf(step);
  const bytes = (buffers: ReadonlySet<number>): number =>
    [...buffers].reduce((sum, b) => sum + schedule.buffers[b]!.size * bytesOf(schedule.buffers[b]!.dtype), 0);
  return { bytesRead: bytes(reads), bytesWritten: bytes(writes), flops: flopsOf(step) };
}

function flopsOf(step: Step): number {
  switch (step.kind) {
    case "matmul":
      return 2 * sizeOf(step.batch) * step.m * step.n * step.k;
    case "scatter":
      return step.rows * step.inner;
    case "loop": {
      const rows = sizeOf(step.outer);
      return step.stages.reduce(
        (sum, { over, body, reductions }) =>
          sum + (work(body) + reductions.length) * rows * (over === "inner" ? step.inner : 1),
        0,
      );
    }
    case "columns": {
      const results = sizeOf(step.outer) * step.inner;
      const each = work(step.body) + step.reductions.length;
      return results * (sizeOf(step.reduced) * each + (step.epilogue === undefined ? 0 : work(step.epilogue.body)));
    }
    case "rounds":
      return step.count * step.body.steps.reduce((sum, inside) => sum + flopsOf(inside), 0);
    case "host":
      return 0;
  }
}

const FREE: ReadonlySet<Instruction["op"]> = new Set(["load", "slot", "constant", "index", "convert", "bits"]);
function work({ instructions }: Body): number {
  return instructions.reduce((sum, { op }) => sum + (FREE.has(op) ? 0 : op === "multiplyAdd" ? 2 : 1), 0);
}

function describe(schedule: Schedule, step: Step): string {
  const { reads, writes } = touchesOf(step);
  const names = (buffers: ReadonlySet<number>): string => [...buffers].map((b) => `b${b}`).join(", ");
  const { bytesRead, bytesWritten, flops } = costOf(schedule, step);
  const cost = `${bytesRead} B read, ${bytesWritten} B written, ${flops} flop`;
  return `${names(writes)} = ${headOf(step)}(${names(reads)}) · ${cost}`;
}

function headOf(step: Step): string {
  switch (step.kind) {
    case "host":
      return `host ${step.primitive.name}`;
    case "rounds":
      return `rounds ×${step.count}`;
    case "matmul":
      return `matmul ${[...step.batch, ""].join("×")}${step.m}×${step.n}×${step.k} ${step.dtype}`;
    case "scatter":
      return `scatter ${step.rows}×${step.inner} into ${step.extent} ${step.dtype}`;
    default:
      return loopHead(step);
  }
}

function loopHead(kernel: LoopKernel | ColumnKernel): string {
  if (kernel.kind === "columns") {
    const space = `[${kernel.outer.join("×")} | ${kernel.reduced.join("×")} | ${kernel.inner}]`;
    return `columns ${space} ${kernel.reductions.map(({ combine }) => combine).join(" ")}`;
  }
  const rows = kernel.stages.some(({ reductions }) => reductions.length > 0) ? "rows" : "map";
  const passes = kernel.stages.filter(({ over }) => over === "inner").length;
  return `${rows} [${kernel.outer.join("×")} | ${kernel.inner}]${passes > 1 ? ` in ${passes} passes` : ""}`;
}

/**
 * What the code of a kernel depends on: bodies, widths, ranks, which strides are 0, 1 or others. Kernels of equal structure
 * differ in sizes, addresses and constants alone.
 */
export function structureOf(kernel: Kernel): string {
  switch (kernel.kind) {
    case "matmul":
      return `matmul ${kernel.dtype} ${kernel.batch.length}`;
    case "scatter":
      return `scatter ${kernel.dtype}`;
    case "loop":
      return ["loop", kernel.outer.length, ...kernel.accesses.map(accessText), ...kernel.stages.map(stageText)].join(
        " | ",
      );
    case "columns": {
      const stages = [
        { ...kernel, stores: [], results: [] },
        ...(kernel.epilogue === undefined ? [] : [kernel.epilogue]),
      ];
      const ranks = `${kernel.outer.length}.${kernel.reduced.length}`;
      return ["columns", ranks, ...kernel.accesses.map(accessText), ...stages.map(stageText)].join(" | ");
    }
  }
}

function accessText({ dtype, strides, picked }: Access): string {
  const classes = strides.map((stride) => (stride === 0 || stride === 1 ? stride : "s")).join("");
  return `${dtype}${classes}${picked === undefined ? "" : `[${picked.ids}]`}`;
}

function stageText({
  body,
  stores,
  reductions,
  results,
}: Pick<LoopKernel["stages"][number], "body" | "stores" | "reductions" | "results">): string {
  const instructions = body.instructions.map((i) =>
    i.op === "constant" ? `constant ${i.dtype}` : Object.values(i).join(" "),
  );
  const ends = [...stores, ...reductions, ...results].map((item) => Object.values(item).join(" "));
  return [...instructions, ...ends].join("; ");
}
