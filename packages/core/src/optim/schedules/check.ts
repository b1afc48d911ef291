import type { OptionChecker } from "../../errors/index.ts";

/** A finite number in [low, high], or a function of the step. Missing options pass. */
export function checkScheduled(
  checker: OptionChecker,
  options: object,
  name: string,
  low: number,
  high: number = Infinity,
): void {
  const value: unknown = (options as Readonly<Record<string, unknown>>)[name];
  if (typeof value === "function") return;
  checker.number(name, low, high);
}
