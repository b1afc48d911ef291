import { availableParallelism } from "node:os";
import { BackendError, OptionError } from "steepest";
import {
  type Answering,
  checkMessages,
  type Executor,
  type Placed,
  type RunOptions,
  type Task,
  throwIfAborted,
} from "steepest/executor";
import { pack, type TaskName } from "./protocol.ts";
import { LostError, Thread } from "./thread.ts";

const DEFAULT_RETRIES = 2;

/**
 * Worker threads of Node as an executor; modules of tasks are imported by their URL.
 *
 * `count` is cores − 1 by default, at least 1. Threads start with the first work and end with `await using` or `process.exit`; an
 * idle executor does not keep the process alive. Inside of a thread the engine uses one thread.
 * A thread that is lost is replaced: its items run again elsewhere, up to `retries` times, its parties are made again. Results are
 * those of `inProcess`, bit for bit.
 * @throws OptionError unless count is an integer of 1 or more.
 * @throws BackendError "worker-lost" when an item has lost its thread more than `retries` times; exceptions of tasks as they are.
 *
 * @example
 * ```ts no-run
 * import { threads } from "@steepest/cluster";
 * import { task } from "steepest/executor";
 * export const square = task(import.meta.url, "square", (x: number) => x ** 2);
 * await using executor = threads(2);
 * await executor.map(square, [1, 2, 3]); // [1, 4, 9]
 * ```
 */
export function threads(count: number = Math.max(1, availableParallelism() - 1)): Executor & AsyncDisposable {
  if (!Number.isInteger(count) || count < 1) {
    throw new OptionError(`threads: count must be an integer of 1 or more, got ${count}.`, {
      code: "invalid-option",
      option: "count",
    });
  }
  return new ThreadExecutor(count);
}

class ThreadExecutor implements Executor, AsyncDisposable {
  readonly name = "threads";
  readonly parallelism: number;
  readonly #threads: (Thread | undefined)[];
  #parties = 0;
  #open = true;

  constructor(count: number) {
    this.parallelism = count;
    this.#threads = new Array(count).fill(undefined);
  }

  async map<I, O>(task: Task<I, O>, items: readonly I[], options: RunOptions = {}): Promise<Awaited<O>[]> {
    const results = new Array<Awaited<O>>(items.length);
    const name = nameOf(task);
    let next = 0;
    let done = 0;
    let failed = false;
    const serve = async (slot: number): Promise<void> => {
      while (next < items.length && !failed) {
        throwIfAborted(this.name, options);
        const i = next++;
        try {
          const input = pack(items[i]);
          results[i] = (await this.#retried(slot, options, (thread) =>
            thread.ask({ kind: "run", task: name, input }),
          )) as Awaited<O>;
        } catch (error) {
          failed = true; // nothing further begins
          throw error;
        }
        options.onResult?.(i, ++done, items.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.parallelism, items.length) }, (_, slot) => serve(slot)));
    return results;
  }

  async place<I, M, R>(
    make: Task<I, Answering<M, R>>,
    items: readonly I[],
    options: RunOptions = {},
  ): Promise<Placed<M, Awaited<R>>> {
    const task = nameOf(make);
    const first = this.#parties;
    this.#parties += items.length;
    const slotOf = (i: number) => i % this.parallelism;
    /** The thread on which party i was made last. */
    const home = new Array<Thread | undefined>(items.length);
    const settle = async (thread: Thread, i: number): Promise<void> => {
      if (home[i] === thread) return;
      await thread.ask({ kind: "make", task, item: pack(items[i]), party: first + i });
      home[i] = thread;
    };
    await Promise.all(
      items.map(async (_, i) => {
        throwIfAborted(this.name, options);
        await this.#retried(slotOf(i), options, (thread) => settle(thread, i));
        options.onResult?.(i, i + 1, items.length);
      }),
    );
    let open = true;
    return {
      count: items.length,
      ask: async (messages: readonly M[], asked: RunOptions = {}) => {
        checkMessages(this.name, items.length, messages.length, open && this.#open);
        throwIfAborted(this.name, asked);
        const lost: number[] = [];
        let done = 0;
        const replies = await Promise.all(
          messages.map(async (given, i) => {
            const message = pack(given);
            const before = home[i];
            const reply = await this.#retried(slotOf(i), asked, async (thread) => {
              await settle(thread, i);
              return thread.ask({ kind: "ask", party: first + i, message });
            });
            if (home[i] !== before) lost.push(i);
            asked.onResult?.(i, ++done, messages.length);
            return reply as Awaited<R>;
          }),
        );
        return { replies, lost: lost.sort((a, b) => a - b) };
      },
      [Symbol.asyncDispose]: async () => {
        open = false;
        const parties = items.map((_, i) => first + i);
        const alive = this.#threads.filter((thread) => thread !== undefined && !thread.isLost);
        await Promise.allSettled(alive.map((thread) => thread!.ask({ kind: "forget", parties })));
      },
    };
  }

  async *stream<I, O>(task: Task<I, AsyncIterable<O>>, item: I, options: RunOptions = {}): AsyncGenerator<O, void> {
    throwIfAborted(this.name, options);
    const thread = this.#thread(0);
    const input = pack(item);
    const stream = (await thread.ask({ kind: "open", task: nameOf(task), input }).catch(asLoss)) as number;
    try {
      for (;;) {
        const result = (await thread.ask({ kind: "next", stream }).catch(asLoss)) as IteratorResult<O, void>;
        if (result.done === true) return;
        yield result.value;
        throwIfAborted(this.name, options);
      }
    } finally {
      if (!thread.isLost) await thread.ask({ kind: "close", stream });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    await Promise.all(this.#threads.map((thread) => thread?.end()));
  }

  #thread(slot: number): Thread {
    if (!this.#open) {
      throw new BackendError("threads: this executor was disposed of. Make another one with threads().", {
        code: "disposed",
        backend: this.name,
      });
    }
    const thread = this.#threads[slot];
    if (thread !== undefined && !thread.isLost) return thread;
    const fresh = new Thread(new URL("./worker.js", import.meta.url));
    this.#threads[slot] = fresh;
    return fresh;
  }

  /** Work on a thread of a slot, again on its successor when it is lost. */
  async #retried<T>(
    slot: number,
    { retries = DEFAULT_RETRIES }: RunOptions,
    work: (thread: Thread) => Promise<T>,
  ): Promise<T> {
    for (let left = retries; ; left--) {
      try {
        return await work(this.#thread(slot));
      } catch (error) {
        if (!(error instanceof LostError)) throw error;
        if (left <= 0 || !this.#open) return asLoss(error);
      }
    }
  }
}

function asLoss(error: unknown): never {
  if (!(error instanceof LostError)) throw error;
  throw new BackendError(
    `threads: a thread was lost (${error.message}), also when its work was tried again. Likely causes: too little memory, or a task that ends the process.`,
    { code: "worker-lost", backend: "threads", cause: error },
  );
}

function nameOf({ module, exportName }: TaskName): TaskName {
  if (typeof module === "string" && typeof exportName === "string") return { module, exportName };
  throw new OptionError(
    'threads: a plain function cannot be sent to a thread. Export it as a task: export const f = task(import.meta.url, "f", …).',
    { code: "not-a-task", option: "task" },
  );
}
