/// <reference lib="esnext.disposable" preserve="true" />
// Where independent work runs: the interface that threads, workers and engines implement.
import type { Task } from "./task.ts";

export interface RunOptions {
  /** An AbortSignal. What has not begun when it is set does not begin; the call throws BackendError "aborted". */
  signal?: { readonly aborted: boolean };
  /** Times that an item is tried again elsewhere after its worker was lost. Default 2. An exception of the task is not retried. */
  retries?: number;
  onResult?: (index: number, done: number, total: number) => void;
}

/** What a party answers to messages; making it may take time. */
export type Answering<M, R> = ((message: M) => R) | Promise<(message: M) => R>;

export interface Executor {
  readonly name: string;
  /** How many items run at the same time. */
  readonly parallelism: number;
  /**
   * Inputs and outputs are structured-cloned; arrays travel as their bytes, and tasks inside of inputs by their names. Order of
   * results is order of items.
   */
  map<I, O>(task: Task<I, O>, items: readonly I[], options?: RunOptions): Promise<Awaited<O>[]>;
  /** Puts one party per item on a worker, where its data stay; afterwards only messages travel. */
  place<I, M, R>(
    make: Task<I, Answering<M, R>>,
    items: readonly I[],
    options?: RunOptions,
  ): Promise<Placed<M, Awaited<R>>>;
  /** Values as they are yielded. Not asking for the next one pauses; `return()` stops it and runs its `finally`. */
  stream<I, O>(task: Task<I, AsyncIterable<O>>, item: I, options?: RunOptions): AsyncGenerator<O, void>;
}

export interface Placed<M, R> extends AsyncDisposable {
  readonly count: number;
  /** One message per party. A party whose worker is lost is made again from its item, asked again, and named in `lost`. */
  ask(messages: readonly M[], options?: RunOptions): Promise<{ replies: readonly R[]; lost: readonly number[] }>;
}
