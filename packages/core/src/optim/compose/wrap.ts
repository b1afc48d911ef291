// What combinators of one optimizer share.
import type { NDArray } from "../../array/index.ts";
import type { Clock } from "../clock.ts";
import type { LeafState, TreeRule } from "../tree-rule.ts";

/** Points of an inner rule, whose slots are below `inner`, at its own time. */
export function innerPoints<S>(
  rule: TreeRule<S>,
  timeOf: (clock: Clock, leaves: readonly LeafState<{ inner: S }>[]) => Clock = (clock) => clock,
): Pick<TreeRule<{ inner: S }>, "gradParams" | "evalParams"> {
  const { gradParams, evalParams } = rule;
  type Points = (leaves: readonly LeafState<S>[], clock: Clock) => readonly NDArray[];
  const within = (points: Points) => (leaves: readonly LeafState<{ inner: S }>[], clock: Clock) =>
    points.call(
      rule,
      leaves.map((leaf) => ({ ...leaf, slot: leaf.slot.inner })),
      timeOf(clock, leaves),
    );
  return {
    ...(gradParams && { gradParams: within(gradParams) }),
    ...(evalParams && { evalParams: within(evalParams) }),
  };
}

/** What several rules show, in one record; a name that is taken gets the name of its rule in front. */
export function mergeNamed<T>(
  parts: readonly (readonly [owner: string, values: Readonly<Record<string, T>>])[],
): Readonly<Record<string, T>> {
  const merged: Record<string, T> = {};
  for (const [owner, values] of parts) {
    for (const [name, value] of Object.entries(values)) {
      merged[Object.hasOwn(merged, name) ? `${owner}.${name}` : name] = value;
    }
  }
  return merged;
}

/** A multi-line formula below a heading. */
export function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
