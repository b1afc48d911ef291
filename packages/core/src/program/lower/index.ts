export { type LowerOptions, lower } from "./lower.ts";
export { costOf, describeStep, printSchedule, type StepCost, scheduleToDot, structureOf } from "./print.ts";
