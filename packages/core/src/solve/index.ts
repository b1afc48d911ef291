export { type AdmmProblem, type AdmmSolution, admm } from "./admm/admm.ts";
export { type AdmmBlock, block } from "./admm/block.ts";
export { type ConsensusOptions, type ConsensusSolution, consensus } from "./admm/consensus.ts";
export type { AdmmOptions, AdmmResidual, RhoRule } from "./admm/options.ts";
export type { PartiesOptions } from "./admm/parties.ts";
export { type Local, type PartyItem, type PartyMessage, type PartyReply, proximalParty } from "./admm/party.ts";
export { type SharingOptions, type SharingSolution, sharing } from "./admm/sharing.ts";
export { type Constraint, equality, inequality } from "./constraint.ts";
export { type FindRootOptions, findRoot } from "./find-root.ts";
export {
  type ImplicitOptions,
  implicitMinimize,
  implicitQp,
  type ParametricConstraint,
  type ParametricQp,
} from "./implicit.ts";
export { type GivenMultipliers, kktResiduals } from "./kkt.ts";
export { type LeastSquaresOptions, type LeastSquaresSolution, leastSquares } from "./least-squares.ts";
export { backtracking } from "./line-search/backtracking.ts";
export type { LineSearch } from "./line-search/line-search.ts";
export { wolfe } from "./line-search/wolfe.ts";
export { iterate, minimize } from "./minimize.ts";
export { iterateVector, minimizeVector, type VectorOptions } from "./minimize-vector.ts";
export { type DrawnStarts, multiStart } from "./multi-start.ts";
export { findRootIn, minimizeIn } from "./one-variable.ts";
export type { LoopOptions, MinimizeOptions } from "./options.ts";
export { verifyCertificate } from "./qp/certificate.ts";
export { polyhedron } from "./qp/polyhedron.ts";
export type { QpProblem, QpVectors } from "./qp/problem.ts";
export { qp } from "./qp/qp.ts";
export { type Certificate, type QpOptions, type QpSolution, type QpWorkspace, qpWorkspace } from "./qp/workspace.ts";
export { slsqp } from "./slsqp/slsqp.ts";
export {
  assertConverged,
  type KktResiduals,
  type Multipliers,
  type Solution,
  type SolveStats,
  type SolveStatus,
  type StepReport,
} from "./solution.ts";
export type {
  Box,
  ConstraintSystem,
  Minimizer,
  MultiplierVectors,
  Objective,
  PenaltyTerm,
  Point,
  Problem,
  Proposal,
  Stop,
} from "./solver.ts";
export { augmentedLagrangian } from "./solvers/augmented-lagrangian.ts";
export { bfgs } from "./solvers/bfgs.ts";
export { conjugateGradients } from "./solvers/conjugate-gradients.ts";
export { firstOrder } from "./solvers/first-order.ts";
export { gradientDescent } from "./solvers/gradient-descent.ts";
export { interiorPoint } from "./solvers/interior-point.ts";
export { lbfgs } from "./solvers/lbfgs.ts";
export { nelderMead } from "./solvers/nelder-mead.ts";
export { newton } from "./solvers/newton.ts";
export { type ProximalGradientOptions, proximalGradient } from "./solvers/proximal-gradient.ts";
