import type { LeafRole, MapLeaves, NDArray, Params } from "../../array/index.ts";
import { didYouMean, OptionError } from "../../errors/index.ts";
import { isLeaf, joinPath } from "../../tree/index.ts";
import type { Clock } from "../clock.ts";
import type { Optimizer } from "../optimizer.ts";
import { type LeafChange, type LeafPlace, type LeafState, lift, ruleOf, type TreeRule, titled } from "../tree-rule.ts";
import { indented } from "./wrap.ts";

/** The name of the part for a leaf. */
export type Route<N extends string> = (path: string, leaf: NDArray) => N;
type SlotOf<R> = R extends Optimizer<infer S> ? S : never;

/**
 * A part for every leaf, e.g. hidden matrices to Muon and the rest to AdamW. Each part sees its own leaves only.
 *
 * `values` shows the options of a part under its name: `muon.learningRate`.
 * Traps: shapes do not tell embeddings and output heads from hidden matrices; `byRole` does.
 * @throws OptionError for a name that is no part, with the path of the leaf.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { partition, sgd } from "steepest/optim";
 * const optimizer = partition((path) => (path === "b" ? "fast" : "slow"), {
 *   slow: sgd({ learningRate: 0.1 }),
 *   fast: sgd({ learningRate: 1 }),
 * });
 * const params = { w: array([1]), b: array([1]) };
 * const [next] = optimizer.step(params, params, optimizer.init(params));
 * console.log(next.w.item(), next.b.item()); // 0.9 0
 * ```
 */
export function partition<R extends Readonly<Record<string, Optimizer>>>(
  route: Route<keyof R & string>,
  parts: R,
): Optimizer<SlotOf<R[keyof R]>> {
  const rules = new Map(Object.entries(parts).map(([name, part]) => [name, ruleOf<unknown>("partition", part)]));
  return lift(routed("partition", route, rules)) as Optimizer<SlotOf<R[keyof R]>>; // the slots of the parts
}

/**
 * Frozen leaves have neither change nor state; the others go to the optimizer.
 *
 * Traps: a rate of 0 is not freezing: momentum goes on.
 */
export function freeze<S>(
  optimizer: Optimizer<S>,
  frozen: (path: string, leaf: NDArray) => boolean,
): Optimizer<S | undefined> {
  const rules = new Map<string, TreeRule<unknown>>([
    [optimizer.name, ruleOf("freeze", optimizer) as TreeRule<unknown>],
    [FROZEN, still],
  ]);
  const rule = routed("freeze", (path, leaf) => (frozen(path, leaf) ? FROZEN : optimizer.name), rules);
  const inner = ruleOf("freeze", optimizer);
  return lift({
    ...rule,
    formula: `${indented(titled(inner))}; frozen leaves stay`,
    rate: inner.rate,
    options: inner.options,
    values: (step, slots) => inner.values(step, slots),
  }) as Optimizer<S | undefined>;
}

/**
 * Tells an optimizer what each leaf is; AdamW then leaves norms and biases out of its decay.
 *
 * @throws OptionError naming the first leaf without a role.
 */
export function withRoles<P extends Params<P>, S>(
  optimizer: Optimizer<S>,
  roles: MapLeaves<P, LeafRole>,
): Optimizer<S> {
  const rule = ruleOf("withRoles", optimizer);
  const known = rolesOf(roles);
  const tell = <L extends LeafPlace>(leaf: L): L => ({ ...leaf, role: roleAt("withRoles", known, leaf.path) });
  const { gradParams, evalParams } = rule;
  return lift<S>({
    name: rule.name,
    formula: rule.formula,
    rate: rule.rate,
    options: rule.options,
    init: (leaf) => rule.init(tell(leaf)),
    update: (leaves, now) => rule.update(leaves.map(tell), now),
    ...(gradParams && { gradParams: (leaves, clock) => gradParams.call(rule, leaves.map(tell), clock) }),
    ...(evalParams && { evalParams: (leaves, clock) => evalParams.call(rule, leaves.map(tell), clock) }),
    values: (step, slots) => rule.values(step, slots),
  });
}

/**
 * Routes by what a layer says that its leaf is, so that embeddings and heads need no list of names.
 *
 * @throws OptionError (from the route) naming the first leaf without a role.
 *
 * @example
 * ```ts
 * import { array, type LeafRole, zeros } from "steepest";
 * import { adamw, byRole, muon, partition } from "steepest/optim";
 * const params = { embed: zeros([4, 2]), hidden: zeros([2, 2]), bias: array([0, 0]) };
 * const roles: Record<keyof typeof params, LeafRole> = { embed: "embedding", hidden: "matrix", bias: "bias" };
 * const optimizer = partition(
 *   byRole<typeof params, "muon" | "adamw">(roles, (role) => (role === "matrix" ? "muon" : "adamw")),
 *   { muon: muon({ learningRate: 0.02 }), adamw: adamw({ learningRate: 3e-4 }) },
 * );
 * console.log(Object.keys(optimizer.init(params).slots.embed)); // ["mu", "nu"]
 * ```
 */
export function byRole<P extends Params<P>, N extends string>(
  roles: MapLeaves<P, LeafRole>,
  pick: (role: LeafRole) => N,
): Route<N> {
  const known = rolesOf(roles);
  return (path) => pick(roleAt("byRole", known, path));
}

const FROZEN = "frozen";

/** Neither change nor state. */
const still: TreeRule<unknown> = {
  name: "frozen",
  formula: "w stays",
  rate: undefined,
  options: {},
  init: () => undefined,
  update: (leaves) => leaves.map(() => ({ update: undefined, slot: undefined })),
  values: () => ({}),
};

function routed(
  owner: string,
  route: (path: string, leaf: NDArray) => string,
  rules: ReadonlyMap<string, TreeRule<unknown>>,
): TreeRule<unknown> {
  const partOf = ({ path, param }: LeafPlace): string => {
    const name = route(path, param);
    if (rules.has(name)) return name;
    throw new OptionError(
      `${owner}: the route sends ${path === "" ? "the parameter" : `"${path}"`} to "${name}", but the parts are ${[...rules.keys()].join(", ")}.${didYouMean(String(name), [...rules.keys()])}`,
      { code: "unknown-part", option: "route" },
    );
  };
  /** Results of each part for its own leaves, put back into the order of all. */
  const spread = <L extends LeafPlace, R>(
    leaves: readonly L[],
    results: (rule: TreeRule<unknown>, mine: readonly L[]) => readonly R[],
  ): readonly R[] => {
    const names = leaves.map(partOf);
    const all = new Array<R>(leaves.length);
    for (const [name, rule] of rules) {
      const places = names.flatMap((n, i) => (n === name ? [i] : []));
      const found = results(
        rule,
        places.map((i) => leaves[i]!),
      );
      places.forEach((i, k) => {
        all[i] = found[k]!;
      });
    }
    return all;
  };
  const prefixed = <T>(of: (rule: TreeRule<unknown>) => Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(
      [...rules].flatMap(([part, rule]) => Object.entries(of(rule)).map(([name, x]) => [`${part}.${name}`, x])),
    );
  const points = (which: "gradParams" | "evalParams") =>
    [...rules.values()].some((rule) => rule[which] !== undefined) && {
      [which]: (leaves: readonly LeafState<unknown>[], clock: Clock) =>
        spread(leaves, (rule, mine) => rule[which]?.(mine, clock) ?? mine.map(({ param }) => param)),
    };
  return {
    name: owner,
    formula: [...rules].map(([name, rule]) => `\n  ${name}: ${indented(titled(rule))}`).join(""),
    rate: undefined,
    options: prefixed((rule) => rule.options),
    init: (leaf) => rules.get(partOf(leaf))!.init(leaf),
    update: (leaves, now) => spread(leaves, (rule, mine): readonly LeafChange<unknown>[] => rule.update(mine, now)),
    ...points("gradParams"),
    ...points("evalParams"),
    values: (step, slots) => prefixed((rule) => rule.values(step, slots)),
  };
}

function rolesOf(roles: unknown, path = ""): Map<string, LeafRole> {
  if (typeof roles === "string") return new Map([[path, roles as LeafRole]]);
  if (typeof roles !== "object" || roles === null || isLeaf(roles)) return new Map();
  return new Map(Object.entries(roles).flatMap(([key, child]) => [...rolesOf(child, joinPath(path, key))]));
}

function roleAt(owner: string, roles: ReadonlyMap<string, LeafRole>, path: string): LeafRole {
  const role = roles.get(path);
  if (role !== undefined) return role;
  throw new OptionError(
    `${owner}: there is no role for ${path === "" ? "the parameter" : `"${path}"`}; roles are given for ${[...roles.keys()].join(", ") || "no leaf"}. Parameters and roles must come from the same model.`,
    { code: "no-role", option: "roles" },
  );
}
