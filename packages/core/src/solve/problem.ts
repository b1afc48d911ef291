// Counts what a solver asks of an objective, and keeps its answers apart from buffers that the objective reuses.
import { formatShape, ShapeError } from "../errors/index.ts";
import type { Objective, Point, Problem } from "./solver.ts";
import { euclideanNorm, moved } from "./vector.ts";

export class CountedProblem implements Problem {
  readonly size: number;
  readonly #objective: Objective;
  readonly #owner: string;
  evaluations = 0;
  gradientEvaluations = 0;
  hessianEvaluations = 0;

  constructor(owner: string, objective: Objective, size: number) {
    this.#owner = owner;
    this.#objective = objective;
    this.size = size;
  }

  value(x: Float64Array): number {
    this.evaluations++;
    return this.#objective.value(x);
  }

  evaluate(x: Float64Array): Point {
    this.evaluations++;
    this.gradientEvaluations++;
    const { value, gradient } = this.#objective.valueAndGradient(x);
    return { x, value, gradient: this.#copied(gradient, "gradient") };
  }

  hessianProduct(x: Float64Array, v: Float64Array): Float64Array {
    if (this.#objective.hessianProduct !== undefined) {
      this.hessianEvaluations++;
      return this.#copied(this.#objective.hessianProduct(x, v), "product with the Hessian");
    }
    // (∇f(x + hv) − ∇f(x − hv))/2h; h = ∛ε in units of x balances truncation and rounding
    const h = (Math.cbrt(Number.EPSILON) * Math.max(1, euclideanNorm(x))) / euclideanNorm(v);
    const ahead = this.evaluate(moved(x, h, v)).gradient;
    const behind = this.evaluate(moved(x, -h, v)).gradient;
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
