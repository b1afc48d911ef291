// Schedules: plain functions of the step, counted from 0, evaluated on the host in f64.

/** Any function of the step. Those of this library also carry `spec`, plain data for saved runs. */
export interface Schedule {
  (step: number): number;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export type ScalarOrSchedule = number | Schedule;

export function valueAt(value: ScalarOrSchedule, step: number): number {
  return typeof value === "number" ? value : value(step);
}

/** −value: what is added, where the formula subtracts. Errors show the name, and what the schedule itself returned. */
export function negative(value: ScalarOrSchedule): ScalarOrSchedule {
  if (typeof value === "number") return -value;
  return named(value.name, (step) => {
    const found = value(step);
    return Number.isFinite(found) ? -found : found;
  });
}

/** A function of the step under the name that errors show. */
export function named(name: string, schedule: (step: number) => number): Schedule {
  return Object.defineProperty(schedule, "name", { value: name });
}

/** A number as it is, a schedule as its symbol of t: for formulas. */
export function textOf(value: ScalarOrSchedule, symbol: string): string {
  return typeof value === "number" ? String(value) : `${symbol}(t)`;
}
