// The computing thread of `train`.
import { parentPort, workerData } from "node:worker_threads";
import { sourceName } from "../data/source.ts";
import { configureEngine } from "../engine.ts";
import { toFailure } from "../failure.ts";
import type { WorkerData, WorkerMessage } from "./protocol.ts";
import { train } from "./train.ts";

const data = workerData as WorkerData;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

configureEngine(data.request.engine);
try {
  const outcome = await train(data.request, {
    date: data.date,
    ...(data.input === undefined ? {} : { input: data.input }),
    checkpoints: { found: data.checkpoint, save: (bytes) => post({ kind: "checkpoint", bytes }) },
    emit: (event) => post({ kind: "event", event }),
    isInterrupted: () => Atomics.load(data.interruption, 0) === 1,
  });
  post({ kind: "outcome", outcome });
} catch (error) {
  post({ kind: "failure", failure: toFailure(error, sourceName(data.request.file)) });
}
