// What tests compare: the results of a program, and of its schedules with and without each pass.
import type { AnyArray } from "../../array/types.ts";
import { contentOf, type Program, printProgram, runProgram, traceProgram } from "../index.ts";
import type { Schedule, Step } from "../kernels/schedule.ts";
import type { Tensor } from "../tensor.ts";
import { type LowerOptions, lower, printSchedule } from "./index.ts";
import { type RunKernel, runSchedule } from "./run-schedule.ts";

/** Both passes off, one of them, none. The first is the plainest. */
export const WAYS: readonly LowerOptions[] = [
  { simplify: false, fuse: false },
  { fuse: false },
  { simplify: false },
  { simplify: true, fuse: true },
];

export type Traceable = (...inputs: never[]) => AnyArray | readonly AnyArray[];

export function programOf(f: Traceable, inputs: readonly AnyArray[]): Program {
  return traceProgram((xs) => [f(...(xs as never[]))].flat() as AnyArray[], inputs, {
    eager: false,
    readable: true,
  });
}

/**
 * The first difference between a program and its schedules, as text. Schedules agree bit for bit among each other; with the
 * program to `tolerance`, relative to the largest entry (0: bit for bit, but for the sign of 0).
 */
export function disagreement(
  runKernel: RunKernel,
  f: Traceable,
  inputs: readonly AnyArray[],
  tolerance: number,
): string | undefined {
  const program = programOf(f, inputs);
  const truth = runProgram(program, inputs).map((x) => contentOf(x) as Tensor);
  let first: readonly Tensor[] | undefined;
  for (const options of WAYS) {
    const schedule = lower(program, options);
    const results = runSchedule(
      schedule,
      inputs.map((x) => contentOf(x) as Tensor),
      runKernel,
    );
    const found = firstDifference(results, truth, tolerance) ?? (first && firstDifference(results, first, 0));
    first ??= results;
    if (found !== undefined)
      return `${JSON.stringify(options)}: ${found}\n${printProgram(program)}\n${printSchedule(schedule)}`;
  }
  return undefined;
}

export function firstDifference(
  results: readonly Tensor[],
  truth: readonly Tensor[],
  tolerance: number,
): string | undefined {
  for (const [i, { shape, dtype, data }] of truth.entries()) {
    const got = results[i]!;
    if (got.dtype !== dtype || got.shape.join() !== shape.join()) {
      return `output ${i} is ${got.dtype}[${got.shape.join(", ")}], not ${dtype}[${shape.join(", ")}]`;
    }
    const finite = [...data].filter(Number.isFinite).map(Math.abs);
    const bound = tolerance * finite.reduce((a, b) => Math.max(a, b), 1);
    const wrong = data.findIndex((v, k) => !close(v, got.data[k]!, bound));
    if (wrong !== -1) return `output ${i} is ${got.data[wrong]} at ${wrong}, not ${data[wrong]}`;
  }
  return undefined;
}

function close(a: number, b: number, bound: number): boolean {
  return a === b || Math.abs(a - b) <= bound || (Number.isNaN(a) && Number.isNaN(b));
}

/** How many steps of each kind. */
export function countSteps({ steps }: Schedule): Partial<Record<Step["kind"], number>> {
  const counts: Partial<Record<Step["kind"], number>> = {};
  for (const { kind } of steps) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
