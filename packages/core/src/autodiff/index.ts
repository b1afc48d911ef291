export {
  explain,
  type Label,
  type NestedJSON,
  type NodeJSON,
  type Trace,
  type TraceJSON,
  type TraceStep,
  type ValueJSON,
} from "./explain/index.ts";
export { checkpoint } from "./functions/checkpoint.ts";
export { cond } from "./functions/cond.ts";
export { type CustomRule, customGradient } from "./functions/custom-gradient.ts";
export { scan } from "./functions/scan.ts";
export { type WhileLoopOptions, whileLoop } from "./functions/while-loop.ts";
export { gaussNewtonProduct } from "./gauss-newton.ts";
export { grad, type InputArgs, valueAndGrad } from "./grad.ts";
export { hvp } from "./hvp.ts";
export { hessian, type JacobianOptions, jacobian } from "./jacobian.ts";
export { jvp, linearize, vjp } from "./jvp.ts";
export { type CheckGradientOptions, checkGradient, type GradientReport, numericalGradient } from "./numerical.ts";
export { type Mapped, type VmapOptions, vmap } from "./vmap.ts";
