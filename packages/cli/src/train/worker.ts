// The computing thread of `train`.
import { parentPort, workerData } from "node:worker_threads";
import { sourceName } from "../data/source.ts";
import { toFailure } from "../failure.ts";
import type { WorkerData, WorkerMessage } from "./protocol.ts";
import { train } from "./train.ts";

const data = workerData as WorkerData;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const outcome = await train(data.request, {
    date: data.date,
    ...(data.input === undefined ? {} : { input: data.input }),
    emit: (event) => post({ kind: "event", event }),
    isInterrupted: () => Atomics.load(data.interruption, 0) === 1,
  });
  post({ kind: "outcome", outcome });
} catch (error) {
  post({ kind: "failure", failure: toFailure(error, sourceName(data.request.file)) });
}
