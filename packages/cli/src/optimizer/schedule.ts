// Schedules by name: the shape is given, the length of the run is known when the rows are counted.
import {
  constant,
  cosine,
  exponential,
  inverseSqrt,
  linear,
  oneCycle,
  type Schedule,
  stepDecay,
  warmup,
  warmupStableDecay,
} from "steepest/optim";

/** Where a rate is after all steps, for the shapes that never reach 0. */
const LAST_SHARE = 0.01;

export type ScheduleName =
  | "constant"
  | "linear"
  | "cosine"
  | "one-cycle"
  | "step"
  | "exponential"
  | "inverse-sqrt"
  | "warmup-stable-decay";

const shapes: Readonly<Record<ScheduleName, (base: number, steps: number) => Schedule>> = {
  constant: (base) => constant(base),
  linear: (base, steps) => linear({ from: base, to: 0, steps }),
  cosine: (base, steps) => cosine({ base, steps }),
  "one-cycle": (peak, steps) => oneCycle({ peak, steps }),
  step: (base, steps) => stepDecay({ base, factor: 0.1, every: Math.max(1, Math.ceil(steps / 3)) }),
  exponential: (base, steps) => exponential({ base, rate: LAST_SHARE ** (1 / steps) }),
  "inverse-sqrt": (base, steps) => inverseSqrt({ base, scale: Math.max(1, steps / 10) }),
  "warmup-stable-decay": (base, steps) => warmupStableDecay({ base, steps, warmup: Math.floor(0.05 * steps) }),
};

export const SCHEDULE_NAMES: readonly ScheduleName[] = Object.keys(shapes) as ScheduleName[];

export interface ScheduleChoice {
  readonly name: ScheduleName;
  /** Share of the steps in which the rate rises from 0, before the shape begins. */
  readonly warmup: number;
}

/** A constant rate without a warm-up is a number. */
export function createSchedule(choice: ScheduleChoice, base: number, steps: number): number | Schedule {
  const rising = Math.round(choice.warmup * steps);
  if (choice.name === "constant" && rising === 0) return base;
  const then = shapes[choice.name](base, Math.max(1, steps - rising));
  return rising === 0 ? then : warmup(rising, then);
}
