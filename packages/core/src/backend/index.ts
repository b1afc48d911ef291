export type { Backend, Prepared, PreparedStats, StepProfile, Watch } from "./interface.ts";
export { referenceBackend } from "./reference/reference.ts";
export { currentBackend, useBackend } from "./registry.ts";
