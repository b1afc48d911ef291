// Laws: what every operation, loss, optimizer, solver, learner and backend keeps. Entry `steepest/testing`.
// For authors of new ones; tests are registered by the runner that is passed in, so that no test runner is a dependency.
export { type BackendLawOptions, backendLaws } from "./backend-laws.ts";
export {
  type ConstrainedProblem,
  constrainedProblems,
  type InfeasibleProblem,
  infeasibleProblems,
} from "./constrained-solver-problems.ts";
export { type EstimatorLawOptions, estimatorLaws, type LearnerUnderTest } from "./estimator-laws.ts";
export { type LossFunction, lossLaws } from "./loss-laws.ts";
export { type ModuleLawOptions, type ModuleUnderTest, moduleLaws } from "./module-laws.ts";
export { nestingLaws } from "./nesting-laws.ts";
export { opLaws } from "./op-laws.ts";
export { type OptimizerLawOptions, optimizerLaws } from "./optimizer-laws.ts";
export { asyncFailuresOf, expectClose, failuresOf, LawError, type LawFailure, namesOf, type Runner } from "./runner.ts";
export { type SolverLawOptions, solverLaws } from "./solver-laws.ts";
export {
  type HopelessProblem,
  hopelessProblems,
  type StandardProblem,
  standardProblems,
} from "./standard-problems.ts";
export { type TreeFunctions, type TreeSample, treeLaws } from "./tree-laws.ts";
