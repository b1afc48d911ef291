export { explain, type Label } from "./explain.ts";
export type { NestedJSON, NodeJSON, Trace, TraceJSON, TraceStep, ValueJSON } from "./trace.ts";
