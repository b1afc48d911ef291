// Dense linear algebra, differentiable. Entry `steepest/linalg`.
export { cholesky } from "./cholesky.ts";
export { type LeastSquares, type LstsqOptions, lstsq } from "./lstsq.ts";
export { type Qr, type QrOptions, qr } from "./qr.ts";
export { type SolveOptions, solve } from "./solve.ts";
export { trace } from "./trace.ts";
export { type TriangularSolveOptions, triangularSolve } from "./triangular-solve.ts";
