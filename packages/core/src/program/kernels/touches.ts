// Which buffers a step reads and writes: what lifetimes, and dependencies between steps, are made of.
import type { Access } from "./kernel.ts";
import type { Step } from "./schedule.ts";

export interface Touches {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

export function touchesOf(step: Step): Touches {
  switch (step.kind) {
    case "host":
      return { reads: new Set(step.inputs.map(({ buffer }) => buffer)), writes: new Set([step.output.buffer]) };
    case "matmul":
      return { reads: new Set([step.a.buffer, step.b.buffer]), writes: new Set([step.c.buffer]) };
    case "scatter":
      return {
        reads: new Set([step.ids.buffer, step.updates.buffer, step.target.buffer]),
        writes: new Set([step.target.buffer]),
      };
    case "rounds":
      return {
        reads: new Set([...step.carries, ...step.shared, ...step.rows].map(({ from }) => from)),
        writes: new Set([...step.carries, ...step.results].map(({ to }) => to)),
      };
    case "loop":
      return ofLoops(
        step.accesses,
        step.stages.flatMap(({ stores }) => stores),
      );
    case "columns":
      return ofLoops(step.accesses, step.epilogue?.stores ?? []);
  }
}

function ofLoops(accesses: readonly Access[], stores: readonly { readonly access: number }[]): Touches {
  const stored = new Set(stores.map(({ access }) => access));
  return {
    // A stored access may be loaded too: a buffer that is written counts as read only where another access reads it.
    reads: new Set(accesses.flatMap(({ buffer }, i) => (stored.has(i) ? [] : [buffer]))),
    writes: new Set([...stored].map((i) => accesses[i]!.buffer)),
  };
}
