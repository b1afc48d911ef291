// Executors: where independent work runs. Entry `steepest/executor`. In this thread by default; scaling out is another executor.
export type { Answering, Executor, Placed, RunOptions } from "./executor.ts";
export { checkMessages, type InProcess, inProcess, throwIfAborted } from "./in-process.ts";
export { type Task, task } from "./task.ts";
