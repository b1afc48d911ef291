import { OptionChecker } from "../errors/index.ts";
import { type Key, split } from "../random/index.ts";
import type { Splitter } from "./splitter.ts";

/**
 * The same splitter several times with other keys, one repetition after the other.
 *
 * Each repetition is complete: with 5 folds and 10 times every row is tested 10 times. Spreads the luck of one shuffle;
 * the repetitions share all data, so their spread says nothing about new data.
 * @throws OptionError when `times` is not a positive integer.
 *
 * @example
 * ```ts
 * import { key } from "steepest/random";
 * import { repeated, stratifiedKFold } from "steepest/select";
 *
 * const splitter = repeated((k) => stratifiedKFold({ folds: 2, key: k }), { times: 3, key: key(0) });
 * console.log(splitter.split({ samples: 4, labels: ["a", "a", "b", "b"] }).length); // 6
 * ```
 */
export function repeated(splitter: (key: Key) => Splitter, options: { times: number; key: Key }): Splitter {
  new OptionChecker("repeated", options, ["times", "key"]).required("times").integer("times", 1).required("key").done();
  const splitters = [...split(options.key, options.times)].map(splitter);
  return {
    name: `repeated ${splitters[0]!.name}`,
    split: (context) => splitters.flatMap((each) => each.split(context)),
  };
}
