export { type Check, doctor, type EngineReport } from "./doctor/index.ts";
export type { Backend, Prepared, PreparedStats, StepProfile, Watch } from "./interface.ts";
export { referenceBackend } from "./reference/reference.ts";
export { currentBackend, useBackend } from "./registry.ts";
export { type WasmBackend, type WasmOptions, wasmBackend } from "./wasm/wasm.ts";
