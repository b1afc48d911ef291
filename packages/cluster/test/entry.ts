// What the test needs from one bundle: one copy of the library for threads, tasks and callers.

export { array } from "steepest";
export { allocate } from "steepest/allocate";
export { inProcess } from "steepest/executor";
export { l1 } from "steepest/prox";
export { consensus } from "steepest/solve";
export { threads } from "../src/index.ts";
