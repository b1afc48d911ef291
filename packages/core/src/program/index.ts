export { apply, readTensor } from "./apply.ts";
export {
  CONTENT,
  type Content,
  contentOf,
  isArray,
  isTraced,
  replaceContent,
  SIBLING,
  type WithContent,
  wrap,
} from "./content.ts";
export {
  allocate,
  bytesOf,
  checkDType,
  type DType,
  type Kind,
  type KindOf,
  kindOf,
  promote,
  type TypedArray,
} from "./dtype.ts";
export * as expansions from "./expansions/index.ts";
export { Body, type CompareOp, type Value } from "./kernels/body.ts";
export {
  type Builder,
  elementwise,
  type Loop,
  type Lowering,
  type Operand,
  type Part,
  type Recipe,
} from "./lowering.ts";
export { type BatchContext, formulaOf, type JvpContext, type Primitive, type TransposeContext } from "./primitive.ts";
export { type Program, printProgram, runProgram, traceProgram } from "./program.ts";
export {
  broadcastShapes,
  checkShape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
  withoutAxes,
} from "./shape.ts";
export { callSite } from "./site.ts";
export { copyStrided } from "./strided.ts";
export { type ArraySpec, emptyTensor, filledTensor, type Tensor, tensor, tensorFrom, uniformTensor } from "./tensor.ts";
export { innermost, type Node, Trace } from "./trace.ts";
