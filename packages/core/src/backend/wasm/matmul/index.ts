export { emitMatmul } from "./emit-matmul.ts";
