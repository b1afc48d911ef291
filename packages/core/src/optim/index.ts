export { adam } from "./adam.ts";
export type { AdamOptions, Moments } from "./adam-rule.ts";
export { initFrom, type LeafContext, type LeafRule, perLeaf } from "./leaf-rule.ts";
export type { Optimizer, OptState, StateOf, StepOptions } from "./optimizer.ts";
export type { ScalarOrSchedule, Schedule } from "./schedules/schedule.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
