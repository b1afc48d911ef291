// Transforms of transforms: any two, in either order, give the derivative that they should.
import { array, type NDArray, type Scalar, scalar, stack } from "../array/index.ts";
import { checkpoint, grad, hessian, hvp, jacobian, jvp, linearize, scan, vjp, vmap } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import { drawDirection } from "./draws.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";

/** Two exact ways to the same number, up to order four. */
const EXACT = 1e-9;
/** Central differences with h = 6e-6. */
const H = 6e-6;
const TO_DIFFERENCES = 1e-6;

/** A function of a vector that returns a vector. */
type Field = (x: NDArray) => NDArray;

/** A transform as x ↦ the derivative of `order` along one direction v, as often as its order says. */
interface Transform {
  readonly name: string;
  readonly order: 0 | 1 | 2;
  readonly apply: (f: Field, v: NDArray) => Field;
}

/** The same values, computed in another way. */
const wrappers: readonly Transform[] = [
  { name: "compile", order: 0, apply: (f) => compile(f) as unknown as Field }, // of one array
  { name: "checkpoint", order: 0, apply: (f) => checkpoint(f) },
  {
    name: "vmap",
    order: 0,
    // beside a second example, which must not mix with the first
    apply: (f) => (x) => vmap(f)(stack([x.mul(1.01), x])).at(1),
  },
  {
    name: "scan of one step",
    order: 0,
    apply: (f) => (x) =>
      scan((carry: Scalar, row: NDArray) => [carry, f(row)] as const, scalar(0), stack([x]))[1].at(0),
  },
];

/** J·v, from every transform that knows J. */
const firstOrder: readonly Transform[] = [
  { name: "jvp", order: 1, apply: (f, v) => (x) => jvp(f, x, v).tangent },
  { name: "linearize", order: 1, apply: (f, v) => (x) => linearize(f, x).tangent(v) },
  { name: "jacobian forward", order: 1, apply: (f, v) => (x) => jacobian(f, { mode: "forward" })(x).matmul(v) },
  { name: "jacobian reverse", order: 1, apply: (f, v) => (x) => jacobian(f, { mode: "reverse" })(x).matmul(v) },
  {
    name: "vjp",
    order: 1,
    apply: (f, v) => (x) => {
      const { value, pullback } = vjp(f, x);
      return stack(unitVectors(value.size).map((w) => pullback(w).dot(v)));
    },
  },
  {
    name: "grad",
    order: 1,
    apply: (f, v) => (x) => stack(entriesOf(f, x).map((entry) => grad(entry)(x).dot(v))),
  },
];

/** vᵀ·H·v of every entry. */
const secondOrder: readonly Transform[] = [
  {
    name: "hessian",
    order: 2,
    apply: (f, v) => (x) => stack(entriesOf(f, x).map((entry) => hessian(entry)(x).matmul(v).dot(v))),
  },
  { name: "hvp", order: 2, apply: (f, v) => (x) => stack(entriesOf(f, x).map((entry) => hvp(entry)(x, v).dot(v))) },
];

const transforms: readonly Transform[] = [...wrappers, ...firstOrder, ...secondOrder];

/**
 * The laws of transforms around one function, at one point where it is smooth, in f64.
 *
 * Every pair of compile, checkpoint, vmap, scan of one step, jvp, linearize, jacobian (both modes), vjp, grad, hessian and
 * hvp, in both orders and each with itself, gives the directional derivative of the order that the two have together. That
 * derivative is taken by forward mode, and held to differences of the one below it.
 *
 * `f` takes and returns an array of any shape. It must not read its values (`item`): what is compiled has none.
 * Cost: 144 derivatives of up to fourth order, so take a function of a few numbers.
 * @throws LawError (from the registered tests).
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { failuresOf, nestingLaws } from "steepest/testing";
 * const f = (x: NDArray) => x.sin().mul(x.sum());
 * console.log(failuresOf((runner) => nestingLaws(runner, "x·sin", f, [0.3, -1.2])).length); // 0
 * ```
 */
export function nestingLaws(
  runner: Runner,
  name: string,
  f: (x: NDArray) => NDArray,
  x: NDArray | readonly number[] | number,
): void {
  const given = typeof x === "number" || Array.isArray(x) ? array(x as number[]) : (x as NDArray);
  const flat: Field = (vector) => f(vector.reshape(...given.shape)).flatten();
  const point = given.flatten().astype("f64");
  const v = drawDirection(point.shape, `nesting ${name}`);
  const truth = (order: number): Field => (order === 0 ? flat : (y) => jvp(truth(order - 1), y, v).tangent);
  const expected = [0, 1, 2, 3, 4].map((order) => once(() => truth(order)(point).toArray()));

  for (const order of [1, 2, 3, 4]) {
    runner.test(`${name}: derivatives of order ${order} are differences of those of order ${order - 1}`, () => {
      const below = truth(order - 1);
      const differences = below(point.add(v.mul(H)))
        .sub(below(point.sub(v.mul(H))))
        .div(2 * H);
      expectClose(`order ${order}`, truth(order)(point).toArray(), differences.toArray(), TO_DIFFERENCES);
    });
  }
  for (const outer of transforms) {
    runner.test(`${name}: ${outer.name}, alone and of every transform`, () => {
      expectClose(`${outer.name} alone`, outer.apply(flat, v)(point).toArray(), expected[outer.order]!(), EXACT);
      for (const inner of transforms) {
        const what = `${outer.name} of ${inner.name}`;
        const found = explained(what, () => outer.apply(inner.apply(flat, v), v)(point).toArray());
        expectClose(what, found, expected[outer.order + inner.order]!(), EXACT);
      }
    });
  }
  runner.test(`${name}: values that come with a derivative are those of f`, () => {
    const value = flat(point).toArray();
    expectClose("jvp", jvp(flat, point, v).value.toArray(), value, 0);
    expectClose("vjp", vjp(flat, point).value.toArray(), value, 0);
    expectClose("linearize", linearize(flat, point).value.toArray(), value, 0);
  });
}

function explained(what: string, run: () => number[]): number[] {
  try {
    return run();
  } catch (error) {
    throw new LawError(`${what} cannot be taken: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The entries of a vector function as scalar functions. */
function entriesOf(f: Field, x: NDArray): ((x: NDArray) => Scalar)[] {
  const { size } = f(x);
  return Array.from({ length: size }, (_, i) => (y: NDArray) => f(y).at(i) as Scalar);
}

function unitVectors(size: number): NDArray[] {
  return Array.from({ length: size }, (_, i) => {
    const w = new Float64Array(size);
    w[i] = 1;
    return array(w) as NDArray;
  });
}
