// The entry `steepest/tree`: functions on trees of arrays.
export {
  type ArrayTree,
  type InputOf,
  type Leaf,
  type LeafRole,
  leaves,
  type MapLeaves,
  mapLeaves,
  type Params,
  ravel,
  sizeOf,
  zipLeaves,
} from "../array/index.ts";
