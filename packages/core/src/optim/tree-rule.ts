// What every optimizer is underneath: a rule for the list of all leaves. Composition joins such rules; the lift to trees, with
// paths, states and errors that name the leaf, is done here and nowhere else.
import { arange, type LeafRole, type NDArray, type Params, type Scalar } from "../array/index.ts";
import { type Compiled, compile } from "../compile/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { contentOf, isArray, isTraced, kindOf, sameShape } from "../program/index.ts";
import { flattenTree, isLeaf, joinPath, mapTree } from "../tree/index.ts";
import { type Clock, clockOf } from "./clock.ts";
import type { Optimizer, OptState, StepOptions } from "./optimizer.ts";
import type { ScalarOrSchedule } from "./schedules/schedule.ts";

/** A parameter and where it stands. */
export interface LeafPlace {
  readonly param: NDArray;
  /** Dotted path from the root; the empty string for a tree that is one array. */
  readonly path: string;
  /** Known under `withRoles`. */
  readonly role: LeafRole | undefined;
}

export interface LeafState<S> extends LeafPlace {
  readonly slot: S;
}

export interface LeafStep<S> extends LeafState<S> {
  /** In the width of the parameter. */
  readonly grad: NDArray;
}

export interface LeafChange<S> {
  /** The change to add; undefined for a leaf that stays as it is. */
  readonly update: NDArray | undefined;
  readonly slot: S;
}

/** What a rule knows beside its leaves. */
export interface Now {
  readonly clock: Clock;
  /** Factor of the change of this step. */
  readonly rateScale: Scalar | number;
}

/** A rule for all leaves at once. Pure; array operations only. */
export interface TreeRule<S> {
  readonly name: string;
  readonly formula: string;
  /** The learning rate, where there is one: what wrappers that weigh by it ask for. */
  readonly rate: ScalarOrSchedule | undefined;
  /** Options that may be schedules, by the names that `values` shows. */
  readonly options: Readonly<Record<string, ScalarOrSchedule>>;
  init(leaf: LeafPlace): S;
  update(leaves: readonly LeafStep<S>[], now: Now): readonly LeafChange<S>[];
  gradParams?(leaves: readonly LeafState<S>[], clock: Clock): readonly NDArray[];
  evalParams?(leaves: readonly LeafState<S>[], clock: Clock): readonly NDArray[];
  /** What `options` are at a step; `slots` for what a state counts. */
  values(step: number, slots: unknown): Readonly<Record<string, number>>;
}

/** An optimizer of trees from a rule for lists of leaves. */
export function lift<S>(rule: TreeRule<S>): Optimizer<S> {
  return new LiftedRule(rule);
}

/** A rule in words: its name and its formula, which may be lines of parts. */
export function titled({ name, formula }: Pick<TreeRule<unknown>, "name" | "formula">): string {
  return formula.startsWith("\n") ? `${name}:${formula}` : `${name}: ${formula}`;
}

/** The rule inside of an optimizer. @throws OptionError for one that was not made by this entry. */
export function ruleOf<S>(owner: string, optimizer: Optimizer<S>): TreeRule<S> {
  if (optimizer instanceof LiftedRule) return optimizer.rule as TreeRule<S>;
  throw new OptionError(
    `${owner}: ${describe(optimizer)} is no optimizer of this library. Make one with perLeaf or acrossLeaves; they can be composed.`,
    { code: "invalid-option", option: "optimizer" },
  );
}

function describe(x: unknown): string {
  if (typeof x !== "object" || x === null) return String(x);
  return "name" in x && typeof x.name === "string" ? `"${x.name}"` : "an object";
}

const MISSING: unique symbol = Symbol("missing");

class LiftedRule<S> implements Optimizer<S> {
  readonly rule: TreeRule<S>;

  constructor(rule: TreeRule<S>) {
    this.rule = rule;
  }

  get name(): string {
    return this.rule.name;
  }

  init<P extends Params<P>>(params: P): OptState<P, S> {
    const slots = mapTree(params, (leaf, path) => {
      const param = leaf as NDArray;
      if (kindOf(param.dtype) !== "float") throw notAFloat(this.name, path, param);
      return this.rule.init({ param, path, role: undefined });
    });
    return stateOf(arange(1).at(0), slots);
  }

  update<P extends Params<P>>(
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    params: P,
    options: StepOptions = {},
  ): { updates: P; state: OptState<P, S> } {
    const changes = this.#changes(params, grads, state, options);
    const updates = rebuild(params, changes, ({ update }, param) => update ?? param.zerosLike());
    return { updates: updates as P, state: this.#next(params, changes, state) }; // NDArray leaves in the structure of params
  }

  step<P extends Params<P>>(
    params: P,
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    options: StepOptions = {},
  ): [params: P, state: OptState<P, S>] {
    return options.rateScale === undefined && isLarge(params) && isLarge(grads)
      ? (this.#compiledStep(params as never, grads as never, state as never) as [P, OptState<P, S>])
      : this.#plainStep(params, grads, state, options);
  }

  /** One program for all leaves: a call per step instead of one per operation. */
  readonly #compiledStep: Compiled<[never, never, never], unknown> = compile(
    (params: Params<unknown>, grads: Params<unknown>, state: OptState<Params<unknown>, S>) =>
      this.#plainStep(params, grads, state, {}),
  ) as never; // trees of any structure: the types of `step` say which

  #plainStep<P>(params: P, grads: P, state: OptState<P, S>, options: StepOptions): [P, OptState<P, S>] {
    const changes = this.#changes(params, grads, state, options);
    const moved = rebuild(params, changes, ({ update }, param) => (update === undefined ? param : param.add(update)));
    return [moved as P, this.#next(params, changes, state)];
  }

  gradParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P {
    const { gradParams } = this.rule;
    if (gradParams === undefined) return params;
    const points = gradParams.call(this.rule, this.#leaves(params, state.slots), clockOf(this.name, state.step));
    return rebuild(params, points, (point) => point) as P;
  }

  evalParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P {
    const { evalParams } = this.rule;
    if (evalParams === undefined) return params;
    const points = evalParams.call(this.rule, this.#leaves(params, state.slots), clockOf(this.name, state.step));
    return rebuild(params, points, (point) => point) as P;
  }

  values(state: OptState<unknown, unknown>): Readonly<Record<string, number>> {
    return this.rule.values(state.step.item(), state.slots);
  }

  describe(): string {
    return titled(this.rule);
  }

  #leaves(params: unknown, slots: unknown): LeafState<S>[] {
    return zipLeaves(params, [slots], (param, [slot], path) => ({
      ...{ param, path, role: undefined },
      slot: slotOf<S>(this.name, slot, path),
    }));
  }

  #changes<P>(
    params: P,
    grads: P,
    { step, slots }: OptState<P, S>,
    { rateScale = 1 }: StepOptions,
  ): readonly LeafChange<S>[] {
    const { name } = this;
    const leaves = zipLeaves(params, [grads, slots], (param, [grad, slot], path) => ({
      ...{ param, path, role: undefined },
      grad: gradOf(name, grad, param, path),
      slot: slotOf<S>(name, slot, path),
    }));
    checkNoMore(name, params, grads);
    return this.rule.update(leaves, { clock: clockOf(name, step), rateScale });
  }

  #next<P>(params: P, changes: readonly LeafChange<S>[], { step }: OptState<P, S>): OptState<P, S> {
    return stateOf(
      step.add(1),
      rebuild(params, changes, ({ slot }) => slot),
    );
  }
}

/** Fewer numbers than this are changed faster by single operations. */
const LARGE = 4096;

/** Whether a tree of arrays with values is worth a program. */
function isLarge(tree: unknown): boolean {
  let size = 0;
  for (const { value } of flattenTree(tree)) {
    if (!isArray(value) || isTraced(contentOf(value))) return false;
    size += (value as NDArray).size;
  }
  return size >= LARGE;
}

/** One assertion for the lift: slots follow the structure of the parameters. */
function stateOf<P, S>(step: NDArray<"int">, slots: unknown): OptState<P, S> {
  return { step, slots } as OptState<P, S>;
}

/** The structure of `params` with results in the order of its leaves. */
function rebuild<R>(params: unknown, results: readonly R[], pick: (result: R, param: NDArray) => unknown): unknown {
  let next = 0;
  return mapTree(params, (param) => pick(results[next++]!, param as NDArray));
}

/** Visits the leaves of a tree with what other trees hold in the same places; `MISSING` where they hold nothing. */
function zipLeaves<R>(
  tree: unknown,
  others: readonly unknown[],
  visit: (leaf: NDArray, others: readonly unknown[], path: string) => R,
  path = "",
): R[] {
  if (isLeaf(tree)) return [visit(tree as NDArray, others, path)];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, child]) =>
    zipLeaves(
      child,
      others.map((other) => childOf(other, key)),
      visit,
      joinPath(path, key),
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
export function fitted(owner: string, update: NDArray, { param, path }: LeafPlace): NDArray {
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
