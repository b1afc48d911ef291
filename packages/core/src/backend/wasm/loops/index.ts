export { emitKernel } from "./emit-kernel.ts";
