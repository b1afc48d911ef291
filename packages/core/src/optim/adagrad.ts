import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { negative, type ScalarOrSchedule, textOf } from "./schedules/schedule.ts";

export interface AdagradOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** G₀. Default 0. */
  initialAccumulator?: number;
  /** ε. Default 1e-10. */
  eps?: number;
  /** √G + ε ("outside", default) or √(G + ε) ("inside"). */
  epsMode?: "outside" | "inside";
}

/**
 * Adagrad: each coordinate has its own rate, which falls with the sum of its squared gradients.
 *
 *     G ← G + g²,  G₀ = initialAccumulator
 *     outside: w ← w − η·g/(√G + ε)        inside: w ← w − η·g/√(G + ε)
 *
 * Memory: one array per parameter.
 * When to use: sparse features, where rare coordinates should keep large steps; convex problems.
 * Traps: the rate only falls, so long runs stop early. G₀ decides the size of the first steps: libraries take 0 or 0.1.
 * A rate that decays with the step as well is a schedule, `(t) => η/(1 + t·d)`.
 * @throws OptionError without a learning rate; for ε = 0 with G₀ = 0, which is 0/0 where gradients are 0.
 * Source: Duchi, Hazan & Singer (2011), Figure 1, diagonal form. Values equal PyTorch 1.13.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { adagrad } from "steepest/optim";
 * const optimizer = adagrad({ learningRate: 0.5 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 200; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3); // true
 * ```
 */
export function adagrad(options: AdagradOptions): Optimizer<{ sum: NDArray }> {
  const { learningRate, initialAccumulator = 0, eps = 1e-10, epsMode = "outside" } = options;
  const names = ["learningRate", "initialAccumulator", "eps", "epsMode"];
  const checker = new OptionChecker("adagrad", options, names).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checker.number("initialAccumulator", 0).number("eps", 0).oneOf("epsMode", ["outside", "inside"]);
  if (eps === 0 && initialAccumulator === 0) {
    checker.fail(
      "eps",
      "eps must be positive when initialAccumulator is 0: where gradients are 0 the step would be 0/0.",
    );
  }
  checker.done();

  const change = negative(learningRate);
  const root = epsMode === "inside" ? `√(G + ${eps})` : `(√G + ${eps})`;
  return perLeaf<{ sum: NDArray }>({
    name: "adagrad",
    formula: `G ← G + g²;  w ← w − ${textOf(learningRate, "η")}·g/${root}`,
    options: { learningRate },
    init: (param) => ({
      sum: initialAccumulator === 0 ? param.zerosLike() : param.zerosLike().add(initialAccumulator),
    }),
    update({ grad, slot, at }) {
      const sum = slot.sum.add(grad.square());
      const scale = epsMode === "inside" ? sum.add(eps).sqrt() : sum.sqrt().add(eps);
      return { update: grad.mul(at(change)).div(scale), slot: { sum } };
    },
  });
}
