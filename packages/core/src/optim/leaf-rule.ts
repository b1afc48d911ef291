// One rule for one array, lifted to trees: paths, states, schedules, errors that name the leaf. Done here and nowhere else.

import type { InputOf } from "../array/index.ts";
import {
  arange,
  asScalar,
  fromTensor,
  type LeafRole,
  type NDArray,
  type Params,
  type Scalar,
  toTree,
} from "../array/index.ts";
import { onHost } from "../compile/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { filledTensor, kindOf, sameShape } from "../program/index.ts";
import { flattenTree, isLeaf, mapTree } from "../tree/index.ts";
import type { Optimizer, OptState, StepOptions } from "./optimizer.ts";
import { type ScalarOrSchedule, type Schedule, valueAt } from "./schedules/schedule.ts";

export interface LeafContext<S> {
  /** In the width of the parameter. */
  readonly grad: NDArray;
  readonly slot: S;
  readonly param: NDArray;
  readonly path: string;
  /** Known where layers say what their leaves are; `undefined` so far. */
  readonly role: LeafRole | undefined;
  /** Value of a number or schedule at this step; made on the host in f64, rounded once to the width of the leaf. */
  at(value: ScalarOrSchedule): Scalar;
}

export interface LeafRule<S> {
  readonly name: string;
  readonly formula: string;
  /** Options that may be schedules, by name: what `values` shows. */
  readonly options?: Readonly<Record<string, ScalarOrSchedule>>;
  init(param: NDArray): S;
  /** Pure. Returns the change to add and the next slot. */
  update(context: LeafContext<S>): { update: NDArray; slot: S };
  /** Where the gradient is wanted, and what to evaluate, when that is not `param`. */
  gradParam?(context: Omit<LeafContext<S>, "grad">): NDArray;
  evalParam?(context: Omit<LeafContext<S>, "grad">): NDArray;
}

/**
 * An optimizer of trees from a rule for one array, in array operations.
 *
 * The rule sees one leaf; structure, states, schedules and errors are taken care of. Its change is brought to the width of
 * the parameter, so that f32 stays f32.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { perLeaf } from "steepest/optim";
 * const signDescent = perLeaf({
 *   name: "signDescent",
 *   formula: "w ← w − 0.1·sign(g)",
 *   init: () => ({}),
 *   update: ({ grad, slot }) => ({ update: grad.sign().mul(-0.1), slot }),
 * });
 * const w: NDArray = array([1, 2]);
 * const [next] = signDescent.step(w, array([3, -4]), signDescent.init(w));
 * console.log(next.toArray()); // [0.9, 2.1]
 * ```
 */
export function perLeaf<S>(rule: LeafRule<S>): Optimizer<S> {
  return new LiftedRule(rule);
}

/** Parameters as callers may write them, and the first state for them. */
export function initFrom<P extends Params<P>, S>(
  optimizer: Optimizer<S>,
  params: InputOf<P>,
): { params: P; state: OptState<P, S> } {
  const tree = toTree(optimizer.name, params) as P; // the structure that P describes
  return { params: tree, state: optimizer.init(tree) };
}

const MISSING: unique symbol = Symbol("missing");

class LiftedRule<S> implements Optimizer<S> {
  readonly #rule: LeafRule<S>;

  constructor(rule: LeafRule<S>) {
    this.#rule = rule;
  }

  get name(): string {
    return this.#rule.name;
  }

  init<P extends Params<P>>(params: P): OptState<P, S> {
    const { name } = this.#rule;
    const slots = mapTree(params, (leaf, path) => {
      const param = leaf as NDArray;
      if (kindOf(param.dtype) !== "float") throw notAFloat(name, path, param);
      return this.#rule.init(param);
    });
    return stateOf(arange(1).at(0), slots);
  }

  update<P extends Params<P>>(
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    params: P,
    { rateScale = 1 }: StepOptions = {},
  ): { updates: P; state: OptState<P, S> } {
    const { name } = this.#rule;
    const at = evaluator(name, state.step);
    const results = zipLeavesOf(params, [grads, state.slots], (param, [grad, slot], path) => {
      const context = { param, path, role: undefined, at, slot: slotOf<S>(name, slot, path) };
      const { update, slot: next } = this.#rule.update({ ...context, grad: gradOf(name, grad, param, path) });
      const scaled = rateScale === 1 ? update : update.mul(rateScale);
      return { update: fitted(name, scaled, param, path), slot: next };
    });
    checkNoMore(name, params, grads);
    const rebuild = (pick: (result: { update: NDArray; slot: S }) => unknown): unknown => {
      let next = 0;
      return mapTree(params, () => pick(results[next++]!));
    };
    return {
      updates: rebuild(({ update }) => update) as P, // the structure of params, NDArray leaves
      state: stateOf(
        state.step.add(1),
        rebuild(({ slot }) => slot),
      ),
    };
  }

  step<P extends Params<P>>(
    params: P,
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    options: StepOptions = {},
  ): [params: P, state: OptState<P, S>] {
    const { updates, state: next } = this.update(grads, state, params, options);
    const changes = flattenTree(updates);
    let i = 0;
    return [mapTree(params, (param) => (param as NDArray).add(changes[i++]!.value as NDArray)) as P, next];
  }

  gradParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P {
    return this.#derived(params, state, this.#rule.gradParam);
  }

  evalParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P {
    return this.#derived(params, state, this.#rule.evalParam);
  }

  values(state: OptState<unknown, unknown>): Readonly<Record<string, number>> {
    const step = state.step.item();
    const options = Object.entries(this.#rule.options ?? {});
    return Object.fromEntries(options.map(([name, value]) => [name, valueAt(value, step)]));
  }

  describe(): string {
    return `${this.#rule.name}: ${this.#rule.formula}`;
  }

  #derived<P extends Params<P>>(params: P, state: OptState<P, S>, of: LeafRule<S>["gradParam"]): P {
    if (of === undefined) return params;
    const { name } = this.#rule;
    const at = evaluator(name, state.step);
    const results = zipLeavesOf(params, [state.slots], (param, [slot], path) =>
      of({ param, path, role: undefined, at, slot: slotOf<S>(name, slot, path) }),
    );
    let next = 0;
    return mapTree(params, () => results[next++]) as P; // the structure of params
  }
}

/** One assertion for the lift: slots follow the structure of the parameters. */
function stateOf<P, S>(step: NDArray<"int">, slots: unknown): OptState<P, S> {
  return { step, slots } as OptState<P, S>;
}

/** Schedules at one step, each called once, as weak scalars: they take the width of the array that they meet. */
function evaluator(owner: string, step: NDArray<"int">): (value: ScalarOrSchedule) => Scalar {
  const made = new Map<ScalarOrSchedule, Scalar>();
  const finite = (value: ScalarOrSchedule, t: number): number => {
    const number = valueAt(value, t);
    if (!Number.isFinite(number)) throw notFinite(owner, value, t, number);
    return number;
  };
  return (value) => {
    const known = made.get(value);
    if (known !== undefined) return known;
    // inside of a compiled step a schedule is called at each run of the program, a number is a constant of it
    const scalar =
      typeof value === "number"
        ? asScalar(fromTensor(filledTensor([], "f64", finite(value, 0), true)) as NDArray)
        : onHost((t) => finite(value, t), step);
    made.set(value, scalar);
    return scalar;
  };
}

/** Visits the leaves of a tree with what other trees hold in the same places; `MISSING` where they hold nothing. */
function zipLeavesOf<R>(
  tree: unknown,
  others: readonly unknown[],
  visit: (leaf: NDArray, others: readonly unknown[], path: string) => R,
  path = "",
): R[] {
  if (isLeaf(tree)) return [visit(tree as NDArray, others, path)];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, child]) =>
    zipLeavesOf(
      child,
      others.map((other) => childOf(other, key)),
      visit,
      path === "" ? key : `${path}.${key}`,
    ),
  );
}

function childOf(tree: unknown, key: string): unknown {
  if (typeof tree !== "object" || tree === null || isLeaf(tree) || !Object.hasOwn(tree, key)) return MISSING;
  return (tree as Readonly<Record<string, unknown>>)[key];
}

function gradOf(owner: string, grad: unknown, param: NDArray, path: string): NDArray {
  if (!isLeaf(grad)) throw absent(owner, path, "there is no gradient for");
  const found = grad as NDArray;
  if (!sameShape(found.shape, param.shape)) throw misfit(owner, "gradient of", path, found, param);
  return found.dtype === param.dtype ? found : (found.astype(param.dtype) as NDArray);
}

function slotOf<S>(owner: string, slot: unknown, path: string): S {
  if (slot === MISSING) throw absent(owner, path, "the state holds nothing for");
  return slot as S; // made by `init` of the same rule
}

/** The change in the width of the parameter. @throws ShapeError when a rule returns another shape. */
function fitted(owner: string, update: NDArray, param: NDArray, path: string): NDArray {
  if (!sameShape(update.shape, param.shape)) throw misfit(owner, "change of", path, update, param);
  return update.dtype === param.dtype ? update : (update.astype(param.dtype) as NDArray);
}

function checkNoMore(owner: string, params: unknown, grads: unknown): void {
  const known = new Set(flattenTree(params).map(({ path }) => path));
  const more = flattenTree(grads).find(({ path }) => !known.has(path));
  if (more !== undefined) throw absent(owner, more.path, "there is a gradient, but no parameter, for");
}

const nameOf = (path: string): string => (path === "" ? "the parameter" : `"${path}"`);

function misfit(owner: string, what: string, path: string, found: NDArray, param: NDArray): ShapeError {
  return new ShapeError(
    `${owner}: the ${what} ${nameOf(path)} has shape ${formatShape(found.shape)} but the parameter has ${formatShape(param.shape)}. Gradients and parameters must come from the same model.`,
    { code: "shapes-differ", operation: owner, shapes: [found.shape, param.shape], path },
  );
}

function absent(owner: string, path: string, what: string): ShapeError {
  return new ShapeError(
    `${owner}: ${what} ${nameOf(path)}. Parameters, gradients and state must come from the same model; init(params) makes a new state.`,
    { code: "trees-differ", operation: owner, path },
  );
}

function notAFloat(owner: string, path: string, param: NDArray): ShapeError {
  return new ShapeError(
    `${owner}: ${nameOf(path)} is ${param.dtype}; only floats can be optimized. Keep it outside of the parameters, or convert it with astype("f32").`,
    { code: "not-a-float", operation: owner, path },
  );
}

function notFinite(owner: string, value: number | Schedule, step: number, found: number): OptionError {
  const what = typeof value === "number" ? "an option" : `a schedule${value.name === "" ? "" : ` (${value.name})`}`;
  return new OptionError(
    `${owner}: ${what} is ${found} at step ${step}. Schedules are called with the step, counted from 0, and must return a finite number.`,
    { code: "not-finite", option: typeof value === "number" ? "value" : value.name },
  );
}
