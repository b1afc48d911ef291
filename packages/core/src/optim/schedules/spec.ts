// The plain data that a schedule carries.
import { named, type ScalarOrSchedule, type Schedule } from "./schedule.ts";

/** The name under which a function that has no spec is saved. */
export const HAND_WRITTEN = "function";

/** A function of the step, with its name for errors and its description for saved runs. */
export function described(name: string, options: object, value: (step: number) => number): Schedule {
  const spec = Object.freeze({ schedule: name, ...options });
  return Object.assign(named(name, value), { spec });
}

/** What is saved of a schedule: its spec; of a hand-written function its name. */
export function specOf(schedule: Schedule): Readonly<Record<string, unknown>> {
  return schedule.spec ?? { schedule: HAND_WRITTEN, name: schedule.name };
}

/** Plain data of an option that may be a schedule. */
export function savedOption(value: ScalarOrSchedule): unknown {
  return typeof value === "number" ? value : specOf(value);
}
