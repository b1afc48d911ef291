// Dense linear algebra, differentiable. Entry `steepest/linalg`.
export { cholesky } from "./cholesky.ts";
export { conditionNumber } from "./condition-number.ts";
export {
  type ConjugateGradientOptions,
  conjugateGradient,
  type IterativeResult,
  type LinearOperator,
  type Matrix,
} from "./conjugate-gradient.ts";
export { determinant } from "./determinant.ts";
export { type Eigh, type EighOptions, eigh } from "./eigh.ts";
export { inverse } from "./inverse.ts";
export { logDeterminant } from "./log-determinant.ts";
export { type LeastSquares, type LstsqOptions, lstsq } from "./lstsq.ts";
export { type Lu, lu } from "./lu.ts";
export type { NewtonSchulz, NewtonSchulzStep } from "./newton-schulz.ts";
export { type PinvOptions, pinv } from "./pinv.ts";
export { type PolarFactorOptions, polarFactor } from "./polar-factor.ts";
export { type Qr, type QrOptions, qr } from "./qr.ts";
export type { Degenerate } from "./separation.ts";
export { type SolveOptions, solve } from "./solve.ts";
export { type SparseEntries, type SparseMatrix, sparse } from "./sparse.ts";
export { type Svd, type SvdOptions, svd } from "./svd.ts";
export { trace } from "./trace.ts";
export { type TriangularSolveOptions, triangularSolve } from "./triangular-solve.ts";
