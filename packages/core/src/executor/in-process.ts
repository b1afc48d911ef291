import { BackendError, ShapeError } from "../errors/index.ts";
import type { Answering, Executor, Placed, RunOptions } from "./executor.ts";

/** The executor of this thread: it takes plain functions too. */
export interface InProcess extends Executor {
  map<I, O>(run: (input: I) => O, items: readonly I[], options?: RunOptions): Promise<Awaited<O>[]>;
  place<I, M, R>(
    make: (item: I) => Answering<M, R>,
    items: readonly I[],
    options?: RunOptions,
  ): Promise<Placed<M, Awaited<R>>>;
  stream<I, O>(run: (item: I) => AsyncIterable<O>, item: I, options?: RunOptions): AsyncGenerator<O, void>;
}

/**
 * This thread, one item after the other, without copies. The only executor that also takes plain functions.
 *
 * @example
 * ```ts
 * import { inProcess } from "steepest/executor";
 * console.log(await inProcess.map((x: number) => x ** 2, [1, 2, 3])); // [1, 4, 9]
 * const counters = await inProcess.place((start: number) => (by: number) => start + by, [10, 20]);
 * console.log((await counters.ask([1, 2])).replies); // [11, 22]
 * ```
 */
export const inProcess: InProcess = {
  name: "in-process",
  parallelism: 1,
  async map(run, items, options = {}) {
    return each(items, run, options);
  },
  async place<I, M, R>(make: (item: I) => Answering<M, R>, items: readonly I[], options: RunOptions = {}) {
    const parties = await each(items, make, options);
    let open = true;
    return {
      count: parties.length,
      async ask(messages: readonly M[], asked: RunOptions = {}) {
        checkMessages("in-process", parties.length, messages.length, open);
        return { replies: await each(messages, (message, i) => parties[i]!(message), asked), lost: [] };
      },
      async [Symbol.asyncDispose]() {
        open = false;
      },
    };
  },
  async *stream(run, item, options = {}) {
    throwIfAborted("in-process", options);
    for await (const value of run(item)) {
      yield value;
      throwIfAborted("in-process", options);
    }
  },
};

async function each<I, O>(
  items: readonly I[],
  run: (item: I, index: number) => O,
  options: RunOptions,
): Promise<Awaited<O>[]> {
  const results: Awaited<O>[] = [];
  for (const [i, item] of items.entries()) {
    throwIfAborted("in-process", options);
    const result = run(item, i);
    results.push(isPromise(result) ? await result : (result as Awaited<O>)); // no pause without need: rounds are many
    options.onResult?.(i, i + 1, items.length);
  }
  return results;
}

function isPromise(value: unknown): value is Promise<never> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}

/** @throws BackendError "aborted" when the signal is set. */
export function throwIfAborted(backend: string, { signal }: RunOptions): void {
  if (signal?.aborted !== true) return;
  throw new BackendError(`${backend}: stopped, because its signal was set.`, { code: "aborted", backend });
}

/** @throws BackendError "disposed"; ShapeError unless there is one message per party. */
export function checkMessages(backend: string, parties: number, messages: number, open: boolean): void {
  if (!open) {
    throw new BackendError(`${backend}: these parties were disposed of and cannot be asked. Place them again.`, {
      code: "disposed",
      backend,
    });
  }
  if (parties === messages) return;
  throw new ShapeError(`${backend}: ${messages} messages for ${parties} parties; each needs one.`, {
    code: "lengths-differ",
    operation: "ask",
  });
}
