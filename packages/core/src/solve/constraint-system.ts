// Constraints on trees as functions of one vector, with their Jacobian by automatic differentiation.
import { asScalar, concat, eye, type NDArray, type Scalar } from "../array/index.ts";
import { grad, jvp, vjp, vmap } from "../autodiff/index.ts";
import { ShapeError } from "../errors/index.ts";
import { kindOf } from "../program/index.ts";
import type { Constraint } from "./constraint.ts";
import { onceFor } from "./known-programs.ts";
import { program, rawOf } from "./program.ts";
import type { ConstraintSystem } from "./solver.ts";
import type { VectorSpace } from "./tree-objective.ts";

/** @throws ShapeError when a constraint does not return an array of floats. */
export function constraintSystem<X>(
  owner: string,
  constraints: readonly Constraint<X>[] | undefined,
  space: VectorSpace<X>,
): ConstraintSystem | undefined {
  if (constraints === undefined || constraints.length === 0) return undefined;
  const ordered = [
    ...constraints.filter(({ kind }) => kind === "equality"),
    ...constraints.filter(({ kind }) => kind === "inequality"),
  ];
  const counts = ordered.map((constraint) => sizeOf(owner, constraint, space));
  const equalities = counts.reduce((sum, count, i) => (ordered[i]!.kind === "equality" ? sum + count : sum), 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const c = (x: NDArray): NDArray => concat(ordered.map(({ fn }) => fn(space.rebuild(x)).flatten()));
  const label = `${equalities} of ${total} constraints`;
  return onceFor(ordered[0]!.fn, label, c, space.start, () => derived(c, space.start.length, equalities, total));
}

function derived(c: (x: NDArray) => NDArray, n: number, equalities: number, total: number): ConstraintSystem {
  const forward = n <= total;
  const values = program(c);
  // all columns, or all rows, in one batched pass
  const both = program((x: NDArray) => {
    if (forward) {
      const push = vmap((v: NDArray) => jvp(c, x, v).tangent);
      return [c(x), push(eye(n)).T];
    }
    const { value, pullback } = vjp(c, x);
    return [value, vmap((w: NDArray) => pullback(w))(eye(total))];
  });
  const pulled = (w: NDArray) => grad((p: NDArray): Scalar => asScalar(c(p).mul(w).sum()));
  const weighted = program((x: NDArray, w: NDArray, v: NDArray) => jvp((p) => pulled(w)(p), x, v).tangent);
  const whole = program((x: NDArray, w: NDArray) =>
    vmap((v: NDArray) => jvp((p) => pulled(w)(p), x, v).tangent)(eye(n)),
  );
  return {
    equalities,
    inequalities: total - equalities,
    values: (x) => rawOf(values(x)),
    valuesAndJacobian(x) {
      const [value, jacobian] = both(x) as [NDArray, NDArray];
      return { values: rawOf(value), jacobian: rawOf(jacobian) };
    },
    hessianProduct: (x, w, v) => rawOf(weighted(x, w, v)),
    hessian: (x, w) => rawOf(whole(x, w)),
  };
}

function sizeOf<X>(owner: string, { fn, name, kind }: Constraint<X>, space: VectorSpace<X>): number {
  const value = fn(space.restore(space.start)) as NDArray | undefined;
  if (value?.size !== undefined && kindOf(value.dtype) === "float") return value.size;
  const what = name === undefined ? `an ${kind} constraint` : `the constraint "${name}"`;
  throw new ShapeError(
    `${owner}: ${what} must return an array of floats, got ${value?.dtype ?? typeof value}. For x ≥ 1 return x.sub(1), not a comparison.`,
    { code: "not-a-float", operation: owner, ...(name !== undefined && { path: name }) },
  );
}
