// The entry `steepest/ops`: operations that are no methods of NDArray, and the way to define one.
export {
  defineUnary,
  expm1,
  logSigmoid,
  not,
  pad,
  reciprocal,
  scatterAdd,
  softplus,
  type UnaryDefinition,
  type UnaryDefinition as UnaryRule,
} from "../ops/index.ts";
