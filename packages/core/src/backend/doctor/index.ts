export { doctor } from "./doctor.ts";
export type { Check, EngineReport } from "./report.ts";
