import type { Optimizer } from "./optimizer.ts";
import { savedOption } from "./schedules/spec.ts";
import { ruleOf } from "./tree-rule.ts";

/** An optimizer as plain data, for the file of a run. */
export interface OptimizerSettings {
  readonly name: string;
  /** Its formula with its numbers. */
  readonly description: string;
  /**
   * Options that may be schedules, by the names that `values` shows: a number, what `scheduleFrom` takes, or of a function
   * that somebody wrote its name alone, `{ schedule: "function", name }`.
   */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * What is known of an optimizer, as plain data.
 *
 * @throws OptionError for one that was not made by this entry.
 *
 * @example
 * ```ts
 * import { adam, cosine, settingsOf } from "steepest/optim";
 * const { options } = settingsOf(adam({ learningRate: cosine({ base: 0.1, steps: 9 }) }));
 * console.log(JSON.stringify(options["learningRate"])); // {"schedule":"cosine","base":0.1,"steps":9}
 * ```
 */
export function settingsOf<S>(optimizer: Optimizer<S>): OptimizerSettings {
  const { name, options } = ruleOf("settingsOf", optimizer);
  const saved = Object.entries(options).map(([option, value]) => [option, savedOption(value)]);
  return { name, description: optimizer.describe(), options: Object.fromEntries(saved) };
}
