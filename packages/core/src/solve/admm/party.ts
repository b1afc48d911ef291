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

/** What a worker needs to make a party: the function, which travels by its name, and the data. */
export interface PartyItem<T = unknown> {
  readonly local: Task<T, Proximable>;
  readonly part: T;
}

/**
 * Makes a party where its data are: what `consensus` and `sharing` place on an executor.
 *
 * @example
 * ```ts
 * import { inProcess, task } from "steepest/executor";
 * import { l1 } from "steepest/prox";
 * import { proximalParty } from "steepest/solve";
 * const local = task(import.meta.url, "local", (lambda: unknown) => l1(Number(lambda)));
 * const placed = await inProcess.place(proximalParty, [{ local, part: 0.5 }]);
 * const { replies } = await placed.ask([{ what: "step", v: Float64Array.of(2), t: 1 }]);
 * console.log("x" in replies[0]! && replies[0].x); // Float64Array [1.5]
 * ```
 */
export const proximalParty: Task<PartyItem, (message: PartyMessage) => PartyReply> = task(
  "steepest/solve",
  "proximalParty",
  ({ local, part }: PartyItem) => answering(() => local(part)),
);

/** Data stay with the parties; afterwards only x, z and u travel. */
export function placeParties<T>(
  parts: readonly T[],
  { local, executor }: { local: (part: T) => Proximable; executor?: Executor },
  run: RunOptions,
): Promise<Placed<PartyMessage, PartyReply>> {
  if (executor === undefined) return inProcess.place((part: T) => answering(() => local(part)), parts, run);
  const named = local as Task<unknown, Proximable>; // the types of the options ask for a task where there is an executor
  return executor.place(
    proximalParty,
    parts.map((part) => ({ local: named, part })),
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
