export {
  type Compiled,
  type CompiledArgs,
  type CompiledStats,
  type CompileOptions,
  compile,
  type TraceEvent,
} from "./compile.ts";
export type { HiddenBranch } from "./non-finite.ts";
export { onHost } from "./on-host.ts";
export type { KernelTime, Profile, TraceEventJSON } from "./profile.ts";
