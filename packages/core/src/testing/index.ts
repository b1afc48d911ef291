// Laws: what every operation, loss, optimizer, solver, learner and backend keeps. Entry `steepest/testing`.
// For authors of new ones; tests are registered by the runner that is passed in, so that no test runner is a dependency.
export { type LossFunction, lossLaws } from "./loss-laws.ts";
export { opLaws } from "./op-laws.ts";
export { type OptimizerLawOptions, optimizerLaws } from "./optimizer-laws.ts";
export { asyncFailuresOf, expectClose, failuresOf, LawError, type LawFailure, type Runner } from "./runner.ts";
export { type SolverLawOptions, solverLaws } from "./solver-laws.ts";
export {
  type HopelessProblem,
  hopelessProblems,
  type StandardProblem,
  standardProblems,
} from "./standard-problems.ts";
