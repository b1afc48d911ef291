// The denominators in derivatives of eigenvectors and singular vectors, and what happens where they are 0.
import type { NDArray } from "../array/index.ts";
import { DomainError, formatNumber } from "../errors/index.ts";
import { batchByLoop, strongMul } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { epsilonOfWidth } from "./operands.ts";

/** What a derivative does where two eigenvalues or singular values are equal to working precision. */
export type Degenerate = "nan" | "throw";

interface Separation {
  readonly owner: string;
  /** 1/(xⱼ − xᵢ), or 1/(xⱼ + xᵢ) */
  readonly sign: 1 | -1;
  readonly degenerate: Degenerate;
}

/** x of n gives F "n n": F[i, j] = 1/(xⱼ ± xᵢ). Of differences, the diagonal is 0. */
const separationPrimitive: Primitive<Separation> = {
  name: "separation",
  infer: ([x]) => ({ shape: [x!.shape[0]!, x!.shape[0]!], dtype: x!.dtype, weak: false }),
  evaluate([x], output, { owner, sign, degenerate }) {
    const { data } = x!;
    const n = data.length;
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(data[i]!));
    const limit = n * epsilonOfWidth(x!.dtype) * largest;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (i === j && sign === -1) continue;
        const gap = data[j]! + sign * data[i]!;
        const tooNear = Math.abs(gap) <= limit;
        if (tooNear && degenerate === "throw") throw notSeparated(owner, i, j, data[i]!, data[j]!);
        output.data[i * n + j] = tooNear ? Number.NaN : 1 / gap;
      }
    }
  },
  // Ḟ = −F∘F∘(ẋⱼ ± ẋᵢ)
  jvp({ output: F, tangents: [dx], params: { sign } }) {
    const [row, column] = [dx!.expandDims(0), dx!.expandDims(1)];
    const gap = sign === 1 ? row.add(column) : row.sub(column);
    return strongMul(gap, F.square().neg());
  },
  batch: (context) => batchByLoop(separationPrimitive, context),
};

/**
 * F[i, j] = 1/(xⱼ − xᵢ), 0 on the diagonal; NaN where xᵢ and xⱼ are equal to n·ε·max|x|. Meant for `strongMul`, so that
 * NaN stays out of derivatives that do not need the pair.
 */
export function reciprocalGaps(owner: string, x: NDArray, degenerate: Degenerate): NDArray {
  return apply(separationPrimitive, [x], { owner, sign: -1, degenerate }) as NDArray;
}

/** F[i, j] = 1/(xⱼ + xᵢ), on the diagonal 1/(2xᵢ); NaN where the sum is at most n·ε·max|x|. */
export function reciprocalSums(owner: string, x: NDArray, degenerate: Degenerate): NDArray {
  return apply(separationPrimitive, [x], { owner, sign: 1, degenerate }) as NDArray;
}

function notSeparated(owner: string, i: number, j: number, a: number, b: number): DomainError {
  const kind = owner === "eigh" ? "eigenvalue" : "singular value";
  const what =
    i === j
      ? `${kind} ${i} (counted from 0) is 0 to working precision, so its vectors have no derivative when A is not square`
      : `${kind}s ${i} and ${j} (counted from 0) are equal to working precision, ${formatNumber(a)} and ${formatNumber(b)}, so their vectors have no derivative`;
  return new DomainError(`derivative of ${owner}: ${what}. Perturb A, or use a function of the ${kind}s alone.`, {
    code: "degenerate",
    operation: owner,
  });
}
