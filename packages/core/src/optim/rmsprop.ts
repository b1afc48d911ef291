import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { negative, type ScalarOrSchedule, textOf } from "./schedules/schedule.ts";

export interface RmspropOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** ρ, in [0, 1). Default 0.99. */
  decay?: number;
  /** ε. Default 1e-8. */
  eps?: number;
  /** √s + ε ("outside", default) or √(s + ε) ("inside"). */
  epsMode?: "outside" | "inside";
  /** Divides by the standard deviation instead of the root mean square. Default false. */
  centered?: boolean;
  /** μ of a heavy ball on the scaled gradients. Default 0: no buffer. */
  momentum?: number;
}

/** What is not needed is not kept. */
export interface RmspropSlot {
  nu: NDArray;
  mean: NDArray | undefined;
  velocity: NDArray | undefined;
}

/**
 * RMSprop: the gradient over a running root mean square of itself.
 *
 *     s ← ρs + (1 − ρ)g²        centered: a ← ρa + (1 − ρ)g,  d = max(s − a², 0)        else d = s
 *     u = g/(√d + ε)  or, with "inside",  g/√(d + ε)
 *     momentum: b ← μb + u,  w ← w − ηb        else w ← w − ηu
 *
 * Memory: one array per parameter; one more for `centered`, one more with momentum.
 * When to use: recurrent networks and reinforcement learning, where it is customary; else Adam.
 * Traps: no bias correction, so the first steps are 1/√(1 − ρ) times too long. ρ and the place of ε differ between
 * libraries (`presets`). s − a² can fall below 0 by rounding and is clamped.
 * @throws OptionError without a learning rate; for ε = 0, which is 0/0 where gradients stay 0.
 * Source: Tieleman & Hinton (2012), lecture 6.5; Graves (2013), equations 38–41, for `centered`. Values equal PyTorch 1.13.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { rmsprop } from "steepest/optim";
 * const optimizer = rmsprop({ learningRate: (t) => 0.1 / (1 + t / 10) });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 300; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 0.01); // true
 * ```
 */
export function rmsprop(options: RmspropOptions): Optimizer<RmspropSlot> {
  const { learningRate, decay = 0.99, eps = 1e-8, epsMode = "outside", centered = false, momentum = 0 } = options;
  const names = ["learningRate", "decay", "eps", "epsMode", "centered", "momentum"];
  const checker = new OptionChecker("rmsprop", options, names).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checker.number("decay", 0, 1).number("eps", 0, Infinity, true).number("momentum", 0, 1);
  checker.oneOf("epsMode", ["outside", "inside"]).boolean("centered");
  if (decay === 1) checker.fail("decay", "decay must be below 1: at 1 the average never takes in a gradient.");
  checker.done();

  const change = negative(learningRate);
  return perLeaf<RmspropSlot>({
    name: "rmsprop",
    formula: formulaOf(options),
    options: { learningRate },
    init: (param) => ({
      nu: param.zerosLike(),
      mean: centered ? param.zerosLike() : undefined,
      velocity: momentum === 0 ? undefined : param.zerosLike(),
    }),
    update({ grad: g, slot, at }) {
      const nu = slot.nu.mul(decay).add(g.square().mul(1 - decay));
      const mean = slot.mean?.mul(decay).add(g.mul(1 - decay));
      const d = mean === undefined ? nu : nu.sub(mean.square()).maximum(0);
      const u = g.div(epsMode === "inside" ? d.add(eps).sqrt() : d.sqrt().add(eps));
      const velocity = slot.velocity?.mul(momentum).add(u);
      return { update: (velocity ?? u).mul(at(change)), slot: { nu, mean, velocity } };
    },
  });
}

function formulaOf({
  learningRate,
  decay = 0.99,
  eps = 1e-8,
  epsMode,
  centered = false,
  momentum = 0,
}: RmspropOptions): string {
  const d = centered ? "max(s − a², 0)" : "s";
  const root = epsMode === "inside" ? `√(${d} + ${eps})` : `(√${d} + ${eps})`;
  const mean = centered ? `a ← ${decay}·a + (1 − ${decay})·g;  ` : "";
  const rate = textOf(learningRate, "η");
  const step = momentum === 0 ? `w ← w − ${rate}·g/${root}` : `b ← ${momentum}·b + g/${root};  w ← w − ${rate}·b`;
  return `s ← ${decay}·s + (1 − ${decay})·g²;  ${mean}${step}`;
}
