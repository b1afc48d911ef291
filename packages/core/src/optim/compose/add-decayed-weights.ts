import { OptionChecker } from "../../errors/index.ts";
import { type DecayOptions, decaysBy } from "../decoupled-decay.ts";
import { perLeaf } from "../leaf-rule.ts";
import type { Optimizer } from "../optimizer.ts";
import { checkScheduled } from "../schedules/check.ts";
import { type ScalarOrSchedule, textOf } from "../schedules/schedule.ts";

/**
 * g ← g + λw: decay inside of the gradient, so that momentum and scaling act on it too.
 *
 * `decays` chooses the leaves; default: role is not norm or bias where roles are known, else all.
 * Traps: before Adam this is PyTorch's `Adam(weight_decay)`, not AdamW. The penalty λ‖w‖² has gradient 2λw.
 * @throws OptionError for a negative λ.
 */
export function addDecayedWeights(
  weightDecay: ScalarOrSchedule,
  options: Pick<DecayOptions, "decays"> = {},
): Optimizer<undefined> {
  const given = { weightDecay, ...options };
  const checker = new OptionChecker("addDecayedWeights", given, ["weightDecay", "decays"]).required("weightDecay");
  checkScheduled(checker, given, "weightDecay", 0);
  checker.done();
  const isDecayed = decaysBy(options.decays);
  return perLeaf<undefined>({
    name: "addDecayedWeights",
    formula: `g ← g + ${textOf(weightDecay, "λ")}·w`,
    options: { weightDecay },
    init: () => undefined,
    update: (leaf) => ({
      update: isDecayed(leaf) ? leaf.grad.add(leaf.param.mul(leaf.at(weightDecay))) : leaf.grad,
      slot: undefined,
    }),
  });
}
