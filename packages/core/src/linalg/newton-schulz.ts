// Newton–Schulz iterations towards the polar factor: matrix products alone.
import type { NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";

/** (a, b, c) of one step X ← aX + b(XXᵀ)X + c(XXᵀ)²X. */
export type NewtonSchulzStep = readonly [a: number, b: number, c: number];

/** Named coefficient sets, or one triple (a, b, c) per step of X ← aX + b(XXᵀ)X + c(XXᵀ)²X. */
export type NewtonSchulz = "cubic" | "quintic" | "polar-express" | readonly NewtonSchulzStep[];

interface Preset {
  readonly steps: readonly NewtonSchulzStep[];
  /** Whether the last triple may be repeated for more steps. */
  readonly repeats: boolean;
  /** X₀ = A/max(scale·‖A‖ + plus, 1e-7) */
  readonly scale: number;
  readonly plus: number;
}

export const PRESETS: Readonly<Record<"cubic" | "quintic" | "polar-express", Preset>> = {
  // 1.5, −0.5: the classical iteration, with slope 0 at 1: Björck & Bowie (1971); Higham (2008), section 8.3
  cubic: { steps: [[1.5, -0.5, 0]], repeats: true, scale: 1, plus: 0 },
  // Jordan (2024): the largest slope at 0 that keeps [0.01, 1] within [0.68, 1.14]; never converges to 1
  quintic: { steps: [[3.4445, -4.775, 2.0315]], repeats: true, scale: 1, plus: 0 },
  // Amsel, Persson, Musco & Gower (2025): the best quintic for each step in turn; numbers and start of KellerJordan/modded-nanogpt
  "polar-express": {
    steps: [
      [8.156554524902461, -22.48329292557795, 15.878769915207462],
      [4.042929935166739, -2.808917465908714, 0.5000178451051316],
      [3.8916678022926607, -2.772484153217685, 0.5060648178503393],
      [3.285753657755655, -2.3681294933425376, 0.46449024233003106],
      [2.3465413258596377, -1.7097828382687081, 0.42323551169305323],
    ],
    repeats: false,
    scale: 1.02,
    plus: 1e-6,
  },
};

/** The preset cut or repeated to `steps`, or the custom list. @throws OptionError in the name of `owner`. @internal */
export function newtonSchulzPlan(owner: string, coefficients: NewtonSchulz, steps: number | undefined): Preset {
  const fail = (option: string, problem: string) =>
    new OptionError(`${owner}: ${problem}`, { code: "invalid-option", option });
  if (typeof coefficients === "string") {
    const preset = PRESETS[coefficients];
    const count = steps ?? 5;
    if (!preset.repeats && count > preset.steps.length) {
      throw fail(
        "steps",
        `"${coefficients}" has ${preset.steps.length} steps, each with its own coefficients; got steps: ${count}. Use fewer, or give a list of triples.`,
      );
    }
    const last = preset.steps.at(-1)!;
    return { ...preset, steps: Array.from({ length: count }, (_, i) => preset.steps[i] ?? last) };
  }
  coefficients.forEach((step, i) => {
    if (step.length !== 3 || !step.every(Number.isFinite)) {
      throw fail(
        "coefficients",
        `coefficients[${i}] must be three finite numbers (a, b, c), got [${step.join(", ")}].`,
      );
    }
  });
  if (steps !== undefined && steps !== coefficients.length) {
    throw fail(
      "steps",
      `a list has one triple per step: ${coefficients.length} triples, but steps: ${steps}. Leave steps out.`,
    );
  }
  return { steps: coefficients, repeats: false, scale: 1, plus: 0 };
}

/**
 * X₀ = A/max(scale·‖A‖ + plus, 1e-7), then X ← aX + (bG + cG²)X with G = XXᵀ for each step
 *
 * Given:    a matrix in array operations, so it is traced, mapped and differentiated like them
 * Method:   tall matrices are transposed, which makes G the small Gram matrix
 * Cost:     2 products of k × k by k × max(m, n) and one of k × k per step, k = min(m, n)
 * Traps:    each singular value runs through the polynomials by itself; all must start in [0, 1], hence the Frobenius norm.
 *           In 16-bit numbers rounding grows like aˢᵗᵉᵖˢ
 */
export function newtonSchulz(A: NDArray, { steps, scale, plus }: Preset): NDArray {
  const [m, n] = A.shape as [number, number];
  if (m > n) return newtonSchulz(A.T, { steps, scale, plus, repeats: false }).T;
  let X = A.div(A.norm().mul(scale).add(plus).maximum(1e-7));
  for (const [a, b, c] of steps) {
    const G = X.matmul(X.T);
    const polynomial = c === 0 ? G.mul(b) : G.mul(b).add(G.matmul(G).mul(c));
    X = X.mul(a).add(polynomial.matmul(X));
  }
  return X;
}
