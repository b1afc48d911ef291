// Weight decay beside the step instead of inside of the gradient: which leaves decay, and by how much.
import type { OptionChecker } from "../errors/index.ts";
import { checkScheduled } from "./schedules/check.ts";
import { named, type ScalarOrSchedule, valueAt } from "./schedules/schedule.ts";
import type { LeafPlace } from "./tree-rule.ts";

export interface DecayOptions {
  /** λ. Default 0.01. */
  weightDecay?: ScalarOrSchedule;
  /** λ times the rate ("rate", default), times rate/first rate ("schedule"), or alone ("independent"). */
  decayBy?: "rate" | "schedule" | "independent";
  /** Leaves that decay. Default: role is not norm or bias where roles are known, else all. */
  decays?: (path: string, leaf: LeafPlace["param"]) => boolean;
}

export const DECAY_OPTIONS: readonly string[] = ["weightDecay", "decayBy", "decays"];

export function checkDecay(checker: OptionChecker, options: DecayOptions): void {
  checkScheduled(checker, options, "weightDecay", 0);
  checker.oneOf("decayBy", ["rate", "schedule", "independent"]);
  if (options.decays !== undefined && typeof options.decays !== "function") {
    checker.fail("decays", "decays must be a function of path and leaf that says whether the leaf decays.");
  }
}

/** −ηλ, −(η/η₀)λ or −λ: the factor of w in the change. */
export function decayFactor(
  learningRate: ScalarOrSchedule,
  weightDecay: ScalarOrSchedule,
  decayBy: DecayOptions["decayBy"],
): ScalarOrSchedule {
  if (decayBy === "independent") return named("weightDecay", (step) => -valueAt(weightDecay, step));
  if (decayBy === "schedule") {
    return named(
      "weightDecay",
      (step) => (-valueAt(learningRate, step) / valueAt(learningRate, 0)) * valueAt(weightDecay, step),
    );
  }
  return named("weightDecay", (step) => -valueAt(learningRate, step) * valueAt(weightDecay, step));
}

export function decaysBy(decays: DecayOptions["decays"]): (leaf: LeafPlace) => boolean {
  if (decays !== undefined) return ({ path, param }) => decays(path, param);
  return ({ role }) => role !== "norm" && role !== "bias";
}
