// Counts what a solver asks of an objective, and keeps its answers apart from buffers that the objective reuses.
import { formatShape, ShapeError } from "../errors/index.ts";
import type { Box, ConstraintSystem, Objective, PenaltyTerm, Point, Problem } from "./solver.ts";
import { euclideanNorm, moved } from "./vector.ts";

const NONE = new Float64Array(0);

export interface ProblemParts {
  readonly box?: Box | undefined;
  readonly penalty?: PenaltyTerm | undefined;
}

export class CountedProblem implements Problem {
  readonly size: number;
  readonly equalities: number;
  readonly inequalities: number;
  readonly box: Box | undefined;
  readonly penalty: PenaltyTerm | undefined;
  readonly exactCurvature: boolean;
  readonly #objective: Objective;
  readonly #system: ConstraintSystem | undefined;
  readonly #owner: string;
  evaluations = 0;
  gradientEvaluations = 0;
  hessianEvaluations = 0;
  factorizations = 0;

  constructor(owner: string, objective: Objective, size: number, parts: ProblemParts = {}) {
    this.#owner = owner;
    this.#objective = objective;
    this.#system = objective.constraints;
    this.size = size;
    this.equalities = this.#system?.equalities ?? 0;
    this.inequalities = this.#system?.inequalities ?? 0;
    this.box = parts.box;
    this.penalty = parts.penalty;
    this.exactCurvature =
      objective.hessianProduct !== undefined &&
      (this.#system === undefined || this.#system.hessianProduct !== undefined);
  }

  value(x: Float64Array): number {
    this.evaluations++;
    return this.#objective.value(x);
  }

  values(x: Float64Array): { value: number; constraints: Float64Array } {
    const system = this.#system;
    return { value: this.value(x), constraints: system === undefined ? NONE : system.values(x).slice() };
  }

  evaluate(x: Float64Array): Point {
    this.evaluations++;
    this.gradientEvaluations++;
    const { value, gradient } = this.#objective.valueAndGradient(x);
    const point = { x, value, gradient: this.#copied(gradient, "gradient") };
    if (this.#system === undefined) return point;
    const { values, jacobian } = this.#system.valuesAndJacobian(x);
    return { ...point, constraints: values.slice(), jacobian: jacobian.slice() };
  }

  hessianProduct(x: Float64Array, v: Float64Array): Float64Array {
    if (this.#objective.hessianProduct !== undefined) {
      this.hessianEvaluations++;
      return this.#copied(this.#objective.hessianProduct(x, v), "product with the Hessian");
    }
    return this.#byDifferences(x, v, (at) => this.evaluate(at).gradient);
  }

  lagrangianProduct(x: Float64Array, weights: Float64Array, v: Float64Array): Float64Array {
    const product = this.hessianProduct(x, v);
    const system = this.#system;
    if (system === undefined || weights.every((w) => w === 0)) return product;
    const bent = this.#bent(system, x, weights, v);
    return product.map((p, i) => p + bent[i]!);
  }

  lagrangianHessian(x: Float64Array, weights: Float64Array, objectiveWeight: 0 | 1 = 1): Float64Array {
    const n = this.size;
    const system = this.#system;
    const total = new Float64Array(n * n);
    const add = (whole: Float64Array | undefined, product: (v: Float64Array) => Float64Array): void => {
      if (whole !== undefined) this.hessianEvaluations++;
      for (let j = 0; j < n; j++) {
        const column = whole?.subarray(j * n, (j + 1) * n) ?? product(unit(n, j));
        for (let i = 0; i < n; i++) {
          // half to each side of the diagonal: rounding and differences do not leave it symmetric
          total[i * n + j]! += column[i]! / 2;
          total[j * n + i]! += column[i]! / 2;
        }
      }
    };
    if (objectiveWeight === 1) add(this.#objective.hessian?.(x), (v) => this.hessianProduct(x, v));
    if (system !== undefined && weights.some((w) => w !== 0)) {
      add(system.hessian?.(x, weights), (v) => this.#bent(system, x, weights, v));
    }
    return total;
  }

  countFactorization(): void {
    this.factorizations++;
  }

  /** Σ wᵢ∇²cᵢ·v */
  #bent(system: ConstraintSystem, x: Float64Array, weights: Float64Array, v: Float64Array): Float64Array {
    return (
      system.hessianProduct?.(x, weights, v) ??
      this.#byDifferences(x, v, (at) => transposedProduct(system.valuesAndJacobian(at).jacobian, weights, this.size))
    );
  }

  /** (G(x + hv) − G(x − hv))/2h; h = ∛ε in units of x balances truncation and rounding. */
  #byDifferences(x: Float64Array, v: Float64Array, gradient: (at: Float64Array) => Float64Array): Float64Array {
    const length = euclideanNorm(v);
    if (length === 0) return new Float64Array(this.size);
    const h = (Math.cbrt(Number.EPSILON) * Math.max(1, euclideanNorm(x))) / length;
    const ahead = gradient(moved(x, h, v));
    const behind = gradient(moved(x, -h, v));
    return ahead.map((g, i) => (g - behind[i]!) / (2 * h));
  }

  #copied(vector: Float64Array, what: string): Float64Array {
    if (vector.length === this.size) return vector.slice();
    throw new ShapeError(
      `${this.#owner}: the ${what} of the objective has ${vector.length} entries, but x has ${this.size}. One entry per variable is needed.`,
      { code: "sizes-differ", operation: this.#owner, shapes: [[vector.length], [this.size]] },
    );
  }
}

function unit(n: number, j: number): Float64Array {
  const e = new Float64Array(n);
  e[j] = 1;
  return e;
}

/** Jᵀw for J "m n" by rows. */
export function transposedProduct(jacobian: Float64Array, w: Float64Array, n: number): Float64Array {
  const to = new Float64Array(n);
  for (let i = 0; i < w.length; i++) {
    const weight = w[i]!;
    if (weight === 0) continue;
    const row = i * n;
    for (let j = 0; j < n; j++) to[j]! += weight * jacobian[row + j]!;
  }
  return to;
}

/** @throws ShapeError unless the start is a vector. */
export function checkedStart(owner: string, x0: Float64Array | readonly number[]): Float64Array {
  const start = Float64Array.from(x0 as Float64Array);
  if (start.length > 0) return start;
  throw new ShapeError(`${owner}: the start has shape ${formatShape([0])}; there is nothing to minimize over.`, {
    code: "empty",
    operation: owner,
    shapes: [[0]],
  });
}
