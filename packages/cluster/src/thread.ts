// One worker thread, as something that can be asked and can be lost.
import { Worker } from "node:worker_threads";
import { BackendError } from "steepest";
import { type Reply, type Request, unpackArrays, unpackError } from "./protocol.ts";

type Question = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread ended before it answered: what was asked may be asked elsewhere. */
export class LostError extends Error {}

export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #lost: LostError | undefined;

  constructor(program: URL) {
    // inside of a thread the engine uses no further ones
    this.#worker = new Worker(program, { env: { ...process.env, STEEPEST_THREADS: "1" }, name: "steepest" });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#answer(reply));
    this.#worker.on("error", (error) => this.#lose(error));
    this.#worker.on("exit", (code) => this.#lose(new Error(`the thread ended with code ${code}`)));
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws LostError when the thread ends first; what the task threw; BackendError for what cannot be cloned. */
  ask(question: Question): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      try {
        this.#worker.postMessage({ ...question, id });
      } catch (cause) {
        const message = `threads: the input cannot be sent to a thread: ${(cause as Error).message}. Send plain data, and make functions there.`;
        reject(new BackendError(message, { code: "not-cloneable", backend: "threads", cause }));
        return;
      }
      // Node lives as long as somebody waits
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.kind === "done") waiting?.resolve(unpackArrays(reply.value));
    else waiting?.reject(unpackError(reply.error));
  }

  #lose(cause: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = new LostError(cause.message, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}
