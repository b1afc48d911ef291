import { OptionError } from "../../errors/index.ts";
import { provesInfeasible, provesUnbounded } from "./judge.ts";
import { type QpProblem, qpData, vectorOf } from "./problem.ts";
import type { Certificate } from "./workspace.ts";

/**
 * Whether a certificate proves what it says, by multiplication alone.
 *
 *     "primal-infeasible" y:  Aᵀy = 0 and upperᵀy₊ + lowerᵀy₋ < 0       "dual-infeasible" d:  Pd = 0, qᵀd < 0, Ad within the recession of the sides
 *
 * The vector is scaled to ‖·‖∞ = 1; `tolerance` (default 1e-6) is what counts as 0.
 *
 * @example
 * ```ts
 * const impossible = { q: [0], A: [[1], [1]], lower: [2, -Infinity], upper: [Infinity, 1] };
 * const { status, certificate } = qp(impossible);
 * console.log(status, certificate !== undefined && verifyCertificate(impossible, certificate)); // infeasible true
 * ```
 */
export function verifyCertificate(problem: QpProblem, certificate: Certificate, tolerance: number = 1e-6): boolean {
  const owner = "verifyCertificate";
  const data = qpData(owner, problem);
  const vector = vectorOf(
    owner,
    "the certificate",
    certificate.kind === "primal-infeasible" ? certificate.y : certificate.direction,
  );
  const size = certificate.kind === "primal-infeasible" ? data.m : data.n;
  if (vector.length !== size) {
    throw new OptionError(`${owner}: the certificate has ${vector.length} entries; this problem needs ${size}.`, {
      code: "sizes-differ",
      option: "certificate",
    });
  }
  return certificate.kind === "primal-infeasible"
    ? provesInfeasible(data, vector, tolerance)
    : provesUnbounded(data, vector, tolerance);
}
