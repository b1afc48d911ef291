import type { Figure, FigureOptions } from "../figure.ts";
import { type BiasVariancePoint, biasVarianceCurve } from "../figures/bias-variance-curve.ts";
import { withNote } from "./with-note.ts";

const n = 25;
const noise = 0.09; // standard deviation 0.3
const degrees = 13;

export function biasVarianceFigure(options: FigureOptions = {}): Figure {
  const figure = biasVarianceCurve(exactDecomposition(), {
    xLabel: "degree of the polynomial",
    ...options,
  });
  return withNote(
    figure,
    "Polynomials through 25 fixed points of sin 2πx with noise 0.3, computed exactly; losses other than the squared error have no such split.",
  );
}

/**
 * Least squares with polynomials of degree p on n fixed points: with orthonormal polynomials q₀, …, q_p on the points,
 *
 *     bias² = (‖f‖² − Σ (qₖ·f)²)/n        variance = σ²(p + 1)/n
 */
function exactDecomposition(): BiasVariancePoint[] {
  const x = Array.from({ length: n }, (_, i) => i / (n - 1));
  // what is left of f after each projection: its norm needs no difference of large numbers
  let rest = x.map((value) => Math.sin(2 * Math.PI * value));
  const basis: number[][] = [];
  return Array.from({ length: degrees }, (_, degree) => {
    const previous = basis[degree - 1];
    const next = previous === undefined ? x.map(() => 1) : previous.map((value, i) => value * (2 * x[i]! - 1));
    const q = normalized(without(without(next, basis), basis)); // twice is enough: Giraud et al. (2005)
    basis.push(q);
    rest = without(rest, [q]);
    const bias2 = dot(rest, rest) / n;
    const variance = (noise * (degree + 1)) / n;
    return { complexity: degree, result: { bias2, variance, noise, error: bias2 + variance + noise } };
  });
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Gram-Schmidt against an orthonormal basis, one direction after the other. */
function without(vector: readonly number[], basis: readonly (readonly number[])[]): number[] {
  return basis.reduce<number[]>(
    (left, q) => {
      const share = dot(left, q);
      return left.map((value, i) => value - share * q[i]!);
    },
    [...vector],
  );
}

function normalized(vector: readonly number[]): number[] {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}
