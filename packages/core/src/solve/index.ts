export { kktResiduals } from "./kkt.ts";
export { backtracking } from "./line-search/backtracking.ts";
export type { LineSearch } from "./line-search/line-search.ts";
export { wolfe } from "./line-search/wolfe.ts";
export { iterate, minimize } from "./minimize.ts";
export { iterateVector, minimizeVector } from "./minimize-vector.ts";
export type { LoopOptions, MinimizeOptions } from "./options.ts";
export {
  assertConverged,
  type KktResiduals,
  type Multipliers,
  type Solution,
  type SolveStats,
  type SolveStatus,
  type StepReport,
} from "./solution.ts";
export type { Minimizer, Objective, Point, Problem, Proposal, Stop } from "./solver.ts";
export { gradientDescent } from "./solvers/gradient-descent.ts";
export { lbfgs } from "./solvers/lbfgs.ts";
