import { OptionChecker } from "../../errors/index.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

/**
 * The same value at every step.
 *
 * @throws OptionError unless the value is a finite number.
 */
export function constant(value: number): Schedule {
  new OptionChecker("constant", { value }, ["value"]).number("value").done();
  return described("constant", { value }, () => value);
}
