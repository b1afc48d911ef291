// Starts a worker thread, in Node or in a page. Gives `undefined` where the platform refuses.
import { builtinModule } from "../../platform.ts";
import { NODE_PROGRAM, PAGE_PROGRAM } from "./worker-source.ts";

/** A thread that was started. */
export interface StartedWorker {
  terminate(): void;
}

interface NodeWorkers {
  readonly Worker: new (
    program: string,
    options: { eval: true; workerData: unknown; execArgv: string[]; name: string },
  ) => { on(event: "error", handler: () => void): void; unref(): void; terminate(): unknown };
}

/** What pages have. */
interface Page {
  readonly Worker?: new (
    address: string,
  ) => {
    postMessage(data: unknown): void;
    terminate(): void;
    onerror: ((event: { preventDefault?(): void }) => void) | null;
  };
  readonly Blob?: new (parts: string[], options: { type: string }) => object;
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(address: string): void };
}

/** `failed` is called when the worker ends by an error. */
export function startWorker(data: unknown, failed: () => void): StartedWorker | undefined {
  try {
    const node = builtinModule<NodeWorkers>("node:worker_threads");
    return node === undefined ? inPage(data, failed) : inNode(node, data, failed);
  } catch {
    return undefined; // forbidden: by a permission, by the content policy of a page
  }
}

function inNode({ Worker }: NodeWorkers, data: unknown, failed: () => void): StartedWorker {
  // without the flags of the process: its loaders and inspectors are none of the worker's business
  const worker = new Worker(NODE_PROGRAM, { eval: true, workerData: data, execArgv: [], name: "steepest" });
  worker.on("error", failed);
  worker.unref();
  return { terminate: () => void worker.terminate() };
}

function inPage(data: unknown, failed: () => void): StartedWorker | undefined {
  const { Worker, Blob, URL } = globalThis as Page; // no platform types in core
  if (Worker === undefined || Blob === undefined || URL === undefined) return undefined;
  const address = URL.createObjectURL(new Blob([PAGE_PROGRAM], { type: "text/javascript" }));
  try {
    const worker = new Worker(address);
    worker.onerror = (event) => {
      event.preventDefault?.();
      failed();
    };
    worker.postMessage(data);
    return { terminate: () => worker.terminate() };
  } finally {
    URL.revokeObjectURL(address);
  }
}
