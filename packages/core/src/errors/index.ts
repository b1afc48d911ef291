export {
  BackendError,
  ConvergenceError,
  DataError,
  DomainError,
  InternalError,
  OptionError,
  ShapeError,
  SteepestError,
  TraceError,
} from "./errors.ts";
export { didYouMean, formatNumber, formatShape, nearestNames } from "./format.ts";
export { OptionChecker, type OptionProblem } from "./options.ts";
