// The time of one step: schedules evaluated on the host in f64, rounded once to the width of the array that they meet.
import { asScalar, fromTensor, type NDArray, type Scalar } from "../array/index.ts";
import { onHost } from "../compile/index.ts";
import { OptionError } from "../errors/index.ts";
import { filledTensor } from "../program/index.ts";
import { type ScalarOrSchedule, type Schedule, valueAt } from "./schedules/schedule.ts";

export interface Clock {
  /** Value of a number or schedule at this step, called once per step; weakly typed. */
  at(value: ScalarOrSchedule): Scalar;
  /** The time of a rule that steps once in `count` steps of this one. */
  every(count: number): Clock;
  /** The time of a rule that missed `missed` steps so far. */
  minus(missed: NDArray<"int">): Clock;
}

type Inputs = readonly NDArray<"int">[];

/** Errors name `owner`, the optimizer whose schedule is not finite. */
export function clockOf(owner: string, step: NDArray<"int">): Clock {
  return makeClock(owner, [step], (steps) => steps[0]!);
}

function makeClock(owner: string, inputs: Inputs, timeOf: (inputs: readonly number[]) => number): Clock {
  const made = new Map<ScalarOrSchedule, Scalar>();
  const make = (value: ScalarOrSchedule): Scalar =>
    // inside of a compiled step a schedule is called at each run of the program, a number is a constant of it
    typeof value === "number"
      ? asScalar(fromTensor(filledTensor([], "f64", finite(owner, value, 0), true)) as NDArray)
      : onHost((...steps) => finite(owner, value, timeOf(steps)), ...inputs);
  return {
    at(value) {
      const known = made.get(value);
      if (known !== undefined) return known;
      const scalar = make(value);
      made.set(value, scalar);
      return scalar;
    },
    every: (count) => makeClock(owner, inputs, (steps) => Math.floor(timeOf(steps) / count)),
    minus: (missed) =>
      makeClock(owner, [...inputs, missed], (steps) => timeOf(steps.slice(0, -1)) - steps[steps.length - 1]!),
  };
}

function finite(owner: string, value: ScalarOrSchedule, step: number): number {
  const found = valueAt(value, step);
  if (Number.isFinite(found)) return found;
  const what = typeof value === "number" ? "an option" : `a schedule${nameIn(value)}`;
  throw new OptionError(
    `${owner}: ${what} is ${found} at step ${step}. Schedules are called with the step, counted from 0, and must return a finite number.`,
    { code: "not-finite", option: typeof value === "number" ? "value" : value.name },
  );
}

function nameIn({ name }: Schedule): string {
  return name === "" ? "" : ` (${name})`;
}
