export type { Buffers } from "./nest.ts";
export { runKernel } from "./run-kernel.ts";
