import { DataError } from "steepest";
import type { Schedule } from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { formatNumber, sentence } from "../shared/numbers.ts";
import { requireSome } from "../shared/values.ts";
import { curves } from "./curves.ts";

/**
 * Rates by step, one line per schedule, from step 0 to the last of `steps`.
 *
 * @throws DataError when there is no schedule, or no step.
 *
 * @example
 * ```ts
 * import { schedules } from "@steepest/plot";
 * import { cosine } from "steepest/optim";
 * const figure = schedules({ cosine: cosine({ base: 0.1, steps: 100 }) }, 101);
 * figure.description; // "Rate by step, from 0 to 100: cosine starts at 0.1, is highest (0.1) at step 0 and ends at 0."
 * ```
 */
export function schedules(
  list: Readonly<Record<string, Schedule>>,
  steps: number,
  options: FigureOptions = {},
): Figure {
  const names = Object.keys(list);
  requireSome("schedules", "schedules", names.length);
  if (!(steps >= 1)) throw new DataError(`schedules: steps is ${steps}; draw at least one.`, { code: "empty" });
  const runs = Object.fromEntries(
    names.map((name) => [name, Array.from({ length: Math.floor(steps) }, (_, step) => list[name]!(step))]),
  );
  const parts = names.map((name) => `${name} ${course(runs[name]!)}`);
  const description = `Rate by step, from 0 to ${formatNumber(Math.floor(steps) - 1)}: ${parts.join("; ")}.`;
  return curves(runs, {
    title: names.length === 1 ? sentence(names[0]!) : "Learning-rate schedules",
    yLabel: "learning rate",
    description,
    ...options,
  });
}

function course(rates: readonly number[]): string {
  const highest = Math.max(...rates);
  const [first, last] = [formatNumber(rates[0]!), formatNumber(rates.at(-1)!)];
  if (Math.min(...rates) === highest) return `stays at ${first}`;
  return `starts at ${first}, is highest (${formatNumber(highest)}) at step ${rates.indexOf(highest)} and ends at ${last}`;
}
