export { concat, stack, stopGradient, where } from "../ops/index.ts";
export {
  type ArrayOptions,
  arange,
  array,
  eye,
  fromTyped,
  full,
  linspace,
  meshgrid,
  ones,
  scalar,
  zeros,
} from "./create.ts";
export { convertArguments, type FlatTree, flatAny, flatTree } from "./flat.ts";
export { asScalar, fromTensor } from "./ndarray.ts";
export type {
  ArrayTree,
  InputOf,
  Leaf,
  LeafRole,
  MapLeaves,
  Params,
  Traceable,
  TraceableArgs,
  Written,
  WrittenArgs,
} from "./tree-types.ts";
export { leaves, mapLeaves, ravel, sizeOf, toTree, zipLeaves } from "./trees.ts";
export type {
  AnyArray,
  ArrayLike,
  Index,
  NDArray,
  NestedNumbers,
  Operand,
  ReduceOptions,
  Scalar,
} from "./types.ts";
