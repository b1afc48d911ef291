import type { NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { perLeaf } from "./leaf-rule.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { negative, type ScalarOrSchedule, textOf, valueAt } from "./schedules/schedule.ts";

export interface SgdOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** μ. Default 0: no buffer. */
  momentum?: ScalarOrSchedule;
  /** "heavy-ball": b ← μb + g (default). "average": b ← μb + (1 − μ)g, i.e. steps smaller by 1 − μ. */
  form?: "heavy-ball" | "average";
  /** Heavy ball only: b ← μb + (1 − dampening)·g from the second step on. Default 0. */
  dampening?: number;
  /** true: g + μb at the stored point. "look-ahead": the gradient is taken at gradParams = w − ημb. Default false. */
  nesterov?: boolean | "look-ahead";
  /** Added to the gradient: λw. The penalty λ‖w‖² has gradient 2λw. Default 0. */
  weightDecay?: ScalarOrSchedule;
}

/**
 * Gradient descent on gradients as they come, with momentum on request.
 *
 *     g ← g + λw
 *     heavy ball:  b ← μb + (1 − dampening)·g,  b₁ = g        average:  b ← μb + (1 − μ)·g,  b₀ = 0
 *     w ← w − ηb        nesterov: w ← w − η(g + μb)           momentum 0: w ← w − ηg
 *
 * "average" equals the heavy ball with rate η(1 − μ) for constant η and μ. Nesterov's step of an average is (1 − μ)g + μb.
 * Look-ahead takes the gradient at w − ημb (`gradParams`): the same path of such points as `nesterov: true`, other stored ones.
 * Memory: no array per parameter, one with momentum.
 * When to use: convolutional networks with momentum and a schedule; small and convex problems, where η below 2/L, L the
 * largest curvature, converges; as the base of `scheduleFree`.
 * Traps: dampening of 0.9 is not averaging: they differ from the first step on. Decay enters the buffer; the penalty λ‖w‖²
 * has gradient 2λw. With a schedule, the buffer holds gradients and not steps, so a new η acts on all of it at once.
 * @throws OptionError without a learning rate; for dampening with "average" or Nesterov; for Nesterov without momentum.
 * Source: Polyak (1964); Sutskever et al. (2013) for both forms of Nesterov. Values equal PyTorch 1.13.
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { sgd } from "steepest/optim";
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * let w: NDArray = array([1, -2]);
 * let state = optimizer.init(w);
 * for (let i = 0; i < 200; i++) [w, state] = optimizer.step(w, grad((x: NDArray) => x.square().sum())(w), state);
 * console.log(w.norm().item() < 1e-3, optimizer.describe()); // true sgd: b ← 0.9·b + g;  w ← w − 0.1·b
 * ```
 */
export function sgd(options: SgdOptions): Optimizer<{ velocity: NDArray | undefined }> {
  checkSgd(options);
  const { learningRate, momentum = 0, form = "heavy-ball", dampening = 0, nesterov = false, weightDecay = 0 } = options;
  const average = form === "average";
  const share: ScalarOrSchedule = average
    ? (step) => 1 - valueAt(momentum, step)
    : (step) => (step === 0 ? 1 : 1 - dampening); // the first buffer is the gradient
  const change = negative(learningRate);
  const undamped = !average && dampening === 0;

  return perLeaf<{ velocity: NDArray | undefined }>({
    name: "sgd",
    formula: formulaOf(options),
    options: { learningRate, momentum, weightDecay },
    init: (param) => ({ velocity: momentum === 0 ? undefined : param.zerosLike() }),
    update({ grad, slot: { velocity }, param, at }) {
      const g = weightDecay === 0 ? grad : grad.add(param.mul(at(weightDecay)));
      if (velocity === undefined) return { update: g.mul(at(change)), slot: { velocity } };
      const fresh = undamped ? g : g.mul(at(share));
      const b = velocity.mul(at(momentum)).add(fresh);
      const direction = nesterov === true ? (average ? fresh : g).add(b.mul(at(momentum))) : b;
      return { update: direction.mul(at(change)), slot: { velocity: b } };
    },
    ...(nesterov === "look-ahead" && {
      gradParam: ({ param, slot: { velocity }, at }) =>
        velocity === undefined ? param : param.sub(velocity.mul(at(momentum)).mul(at(learningRate))),
    }),
  });
}

function checkSgd(options: SgdOptions): void {
  const { momentum = 0, form, dampening = 0, nesterov = false } = options;
  const names = ["learningRate", "momentum", "form", "dampening", "nesterov", "weightDecay"];
  const checker = new OptionChecker("sgd", options, names).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checkScheduled(checker, options, "momentum", 0, 1);
  checkScheduled(checker, options, "weightDecay", 0);
  checker.oneOf("form", ["heavy-ball", "average"]).number("dampening", 0, 1);
  if (nesterov !== "look-ahead") checker.boolean("nesterov");
  if (dampening !== 0 && form === "average") {
    checker.fail("dampening", 'dampening belongs to the form "heavy-ball"; the average has 1 − μ in its place.');
  }
  if (nesterov !== false && (dampening !== 0 || momentum === 0)) {
    checker.fail("nesterov", "nesterov needs momentum above 0 and dampening 0.");
  }
  checker.done();
}

function formulaOf(options: SgdOptions): string {
  const { learningRate, momentum = 0, form, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  const [rate, mu] = [textOf(learningRate, "η"), textOf(momentum, "μ")];
  const decay = weightDecay === 0 ? "" : `g ← g + ${textOf(weightDecay, "λ")}·w;  `;
  if (momentum === 0) return `${decay}w ← w − ${rate}·g`;
  const fresh = form === "average" ? `(1 − ${mu})·g` : dampening === 0 ? "g" : `(1 − ${dampening})·g`;
  const buffer = `${decay}b ← ${mu}·b + ${fresh};  `;
  if (nesterov === "look-ahead") return `${buffer}w ← w − ${rate}·b,  g taken at w − ${rate}·${mu}·b`;
  return `${buffer}w ← w − ${rate}·${nesterov ? `(${fresh} + ${mu}·b)` : "b"}`;
}
