// One party of a distributed problem: it holds its function, answers to messages, and tells nothing else.
import { fromTyped, type NDArray } from "../../array/index.ts";
import { type Executor, inProcess, type Placed, type RunOptions, type Task, task } from "../../executor/index.ts";
import { conjugate, type Proximable } from "../../prox/index.ts";

/** A proximal step at v, or the value of the conjugate at v. */
export interface PartyMessage {
  readonly what: "step" | "conjugate";
  readonly v: Float64Array;
  readonly t: number;
}

export type PartyReply =
  | {
      readonly x: Float64Array;
      /** f(x), or f*(v) */
      readonly value: number;
      readonly convex: boolean;
      readonly factorizations: number;
    }
  | { readonly failed: string };

/** Plain functions run in this thread; with an executor, a task that other threads can find. */
export type Local<T> =
  | { local: (part: T) => Proximable; executor?: never }
  | { local: Task<T, Proximable>; executor: Executor };

/** What a worker needs to make a party: where the function is, and the data. */
export interface PartyItem {
  readonly module: string;
  readonly exportName: string;
  readonly part: unknown;
}

/**
 * Makes a party where its data are: workers import this from `steepest/solve`, and by it the function of the user.
 *
 * @example
 * ```ts no-run
 * import type { Executor } from "steepest/executor";
 * import { proximalParty } from "steepest/solve";
 * declare const executor: Executor;
 * const placed = await executor.place(proximalParty, [{ module: "file:///cities.js", exportName: "localReturn", part: { name: "Cork" } }]);
 * ```
 */
export const proximalParty: Task<PartyItem, Promise<(message: PartyMessage) => PartyReply>> = task(
  "steepest/solve",
  "proximalParty",
  async ({ module, exportName, part }: PartyItem) => {
    const found = (await import(/* @vite-ignore */ module)) as Readonly<Record<string, (part: unknown) => Proximable>>;
    const local = found[exportName];
    return answering(() => {
      if (typeof local !== "function") throw new Error(`${module} exports no function "${exportName}"`);
      return local(part);
    });
  },
);

/** Data stay with the parties; afterwards only x, z and u travel. */
export function placeParties<T>(
  parts: readonly T[],
  { local, executor }: { local: (part: T) => Proximable; executor?: Executor },
  run: RunOptions,
): Promise<Placed<PartyMessage, PartyReply>> {
  if (executor === undefined || executor === inProcess) {
    return inProcess.place((part: T) => answering(() => local(part)), parts, run);
  }
  const { module, exportName } = local as Task<T, Proximable>;
  return executor.place(
    proximalParty,
    parts.map((part) => ({ module, exportName, part })),
    run,
  );
}

/** Exceptions become replies: one party that fails does not take the others with it. */
function answering(make: () => Proximable): (message: PartyMessage) => PartyReply {
  let f: Proximable | undefined;
  return ({ what, v, t }) => {
    try {
      f ??= make();
      const x = fromTyped([v.length], v) as NDArray;
      if (what === "conjugate") return reply(f, v, f.convex ? conjugate(f).value(x) : Number.NaN);
      const step = f.prox(x, t);
      return reply(f, Float64Array.from(step.toArray()), f.value(step));
    } catch (error) {
      return { failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  };
}

function reply(f: Proximable, x: Float64Array, value: number): PartyReply {
  return { x, value, convex: f.convex, factorizations: f.factorizations?.() ?? 0 };
}
