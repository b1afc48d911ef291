// Training computes without a pause, so it has a thread of its own: this one stays free for Ctrl-C and the progress display.
import { Worker } from "node:worker_threads";
import { FailureError } from "../failure.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { TrainOutcome, WorkerData, WorkerMessage } from "./protocol.ts";

interface Listeners {
  readonly onEvent: (event: ProgressEvent) => void;
  readonly onCheckpoint: (bytes: Uint8Array) => void;
}

/** @throws FailureError with what the other thread reports, or with its loss. */
export function runInThread(home: URL, data: WorkerData, { onEvent, onCheckpoint }: Listeners): Promise<TrainOutcome> {
  const worker = new Worker(new URL("train-worker.js", home), { workerData: data });
  return new Promise((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "event") onEvent(message.event);
      else if (message.kind === "checkpoint") onCheckpoint(message.bytes);
      else if (message.kind === "outcome") resolve(message.outcome);
      else reject(new FailureError(message.failure));
    });
    worker.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? outOfMemory() : error),
    );
    worker.on("exit", (code) => reject(new Error(`the computing thread ended with code ${code}`))); // without effect after an outcome
  });
}

function outOfMemory(): FailureError {
  return new FailureError({
    exitCode: 1,
    problems: [
      {
        class: "BackendError",
        code: "out-of-memory",
        message: "the table and the model do not fit into memory",
        fix: ["NODE_OPTIONS=--max-old-space-size=8192  gives Node more of it", "--features  takes fewer columns"],
      },
    ],
  });
}
