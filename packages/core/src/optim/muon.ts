import { array, type LeafRole, type NDArray } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import { type NewtonSchulz, polarFactor } from "../linalg/index.ts";
import { biasCorrection } from "./adam-rule.ts";
import { type DecayOptions, decayFactor, decaysBy } from "./decoupled-decay.ts";
import { perLeaf } from "./leaf-rule.ts";
import { type AxisRole, type MatrixView, matrixView } from "./matrix-view.ts";
import type { Optimizer } from "./optimizer.ts";
import { checkScheduled } from "./schedules/check.ts";
import { named, type ScalarOrSchedule, textOf, valueAt } from "./schedules/schedule.ts";
import type { LeafPlace } from "./tree-rule.ts";

export interface MuonOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** μ. Default 0.95. */
  momentum?: ScalarOrSchedule;
  /** Mixes the gradient in once more. Default true. */
  nesterov?: boolean;
  /** μB/(1 − μᵗ⁺¹) + (1 − μ)G/(1 − μᵗ) in place of the Nesterov mix, as Optax does: more of G in early steps. Default false. */
  biasCorrection?: boolean;
  /** Newton–Schulz steps. Default 5. */
  steps?: number;
  /** Default "quintic" (3.4445, −4.7750, 2.0315). "cubic" converges to the polar factor, slowly. */
  coefficients?: NewtonSchulz;
  /** √max(1, out/in) ("aspect", default), 0.2·√max(out, in) to reuse AdamW's rate ("match-adamw"), or nothing ("none"). */
  scale?: "aspect" | "match-adamw" | "none";
  /** Which axis of a matrix is the input. Default 0, the layout of `linear` (x·W). */
  inputAxis?: (path: string, leaf: NDArray) => 0 | 1;
  /** Roles of all axes, for leaves of any rank: ["in", "in", "in", "out"] for a kernel, ["stack", "in", "out"] for heads. */
  axes?: (path: string, leaf: NDArray, role: LeafRole | undefined) => readonly AxisRole[];
  /** Equal pieces of the outputs that are matrices of their own: 3 for a fused projection to Q, K and V. Default 1. */
  parts?: (path: string, leaf: NDArray, role: LeafRole | undefined) => number;
  /** λ, decoupled and by the unscaled rate: ηλw. Default 0. */
  weightDecay?: ScalarOrSchedule;
  /** Leaves that decay. Default: role is not norm or bias where roles are known, else all. */
  decays?: DecayOptions["decays"];
}

/**
 * Muon: momentum whose singular values are all brought near 1, for the hidden matrices of networks.
 *
 *     B ← μB + (1 − μ)G        M = (1 − μ)G + μB  (nesterov)  or  B
 *     U = Newton–Schulz(M/‖M‖_F)      W ← W − η·s·U − ηλW
 *     X ← aX + (bA + cA²)X,  A = XXᵀ,  five times; s = √max(1, out/in)
 *
 * Sizes: 2-D leaves; `axes` says how leaves of other ranks are matrices, `parts` splits fused projections first.
 * Memory: one array per parameter; while a step runs, 2·in·out + min(in, out)² numbers per matrix.
 * When to use: hidden matrices of transformers and perceptrons, with AdamW for everything else:
 * `partition(byRole(roles, (role) => (role === "matrix" ? "muon" : "adamw")), { muon: …, adamw: … })`.
 * Traps: embeddings, the output head, norms and biases do not belong here: nothing but the shape would say so. Which axis is
 * the input changes s, and with it the rate: x·W here, (out, in) in PyTorch. The quintic leaves singular values between 0.68
 * and 1.13 and never converges to 1. Decay uses η without s.
 * @throws ShapeError for leaves that are no matrices, naming the leaf.
 * @throws OptionError without a learning rate; for coefficients and steps that do not fit.
 * Source: Jordan et al. (2024), kellerjordan.github.io/posts/muon; Liu et al. (2025) for "match-adamw"; Amsel et al. (2025)
 * for "polar-express".
 *
 * @example
 * ```ts
 * import { array, grad, type NDArray } from "steepest";
 * import { linear, muon } from "steepest/optim";
 * const optimizer = muon({ learningRate: linear({ from: 0.1, to: 0, steps: 500 }) });
 * const target = array([[1, 2], [3, 4]]);
 * let W: NDArray = array([[0, 0], [0, 0]]);
 * let state = optimizer.init(W);
 * for (let i = 0; i < 500; i++) [W, state] = optimizer.step(W, grad((x: NDArray) => x.sub(target).square().sum())(W), state);
 * console.log(W.sub(target).norm().item() < 0.01); // true
 * ```
 */
export function muon(options: MuonOptions): Optimizer<{ mu: NDArray }> {
  checkMuon(options);
  const { learningRate, momentum = 0.95, nesterov = true, steps, coefficients = "quintic" } = options;
  const { scale = "aspect", weightDecay = 0 } = options;
  const fresh = (step: number): number => 1 - valueAt(momentum, step);
  const correction = (step: number, t: number): number =>
    options.biasCorrection === true ? biasCorrection(valueAt(momentum, step), t) : 1;
  const held = (step: number): number => valueAt(momentum, step) / correction(step, step + 2);
  const mixedIn = (step: number): number => fresh(step) / correction(step, step + 1);
  const decay = decayFactor(learningRate, weightDecay, "rate");
  const isDecayed = decaysBy(options.decays);
  const rates = new Map<number, ScalarOrSchedule>(); // −η·s for each s: one function per scale, called once per step
  const rateFor = (s: number): ScalarOrSchedule => {
    const known = rates.get(s) ?? named("learningRate", (step) => -valueAt(learningRate, step) * s);
    rates.set(s, known);
    return known;
  };
  const orthogonal = (M: NDArray): NDArray =>
    polarFactor(M, { method: "newton-schulz", coefficients, ...(steps !== undefined && { steps }) });

  return perLeaf<{ mu: NDArray }>({
    name: "muon",
    formula: formulaOf(options),
    options: { learningRate, momentum, weightDecay },
    init(param, leaf) {
      viewOf(leaf, options);
      return { mu: param.zerosLike() };
    },
    update({ grad: G, slot, at, ...leaf }) {
      const view = viewOf(leaf, options);
      const B = slot.mu.mul(at(momentum)).add(G.mul(at(fresh)));
      const M = nesterov ? G.mul(at(mixedIn)).add(B.mul(at(held))) : B;
      const U = view.map(M, orthogonal).mul(at(rateFor(scaleOf(scale, view))));
      if (weightDecay === 0 || !isDecayed(leaf)) return { update: U, slot: { mu: B } };
      return { update: U.add(leaf.param.mul(at(decay))), slot: { mu: B } };
    },
  });
}

function viewOf(leaf: LeafPlace, { axes, parts, inputAxis }: MuonOptions): MatrixView {
  const { param, path, role } = leaf;
  const inputFirst = inputAxis === undefined || param.ndim !== 2 || inputAxis(path, param) === 0;
  const roles = axes?.(path, param, role) ?? (inputFirst ? ["in", "out"] : ["out", "in"]);
  return matrixView("muon", leaf, roles, parts?.(path, param, role) ?? 1);
}

function scaleOf(scale: MuonOptions["scale"], { inputs, outputs }: MatrixView): number {
  if (scale === "none") return 1;
  // 0.2: the root mean square of AdamW's updates, Liu et al. (2025), equation 4
  if (scale === "match-adamw") return 0.2 * Math.sqrt(Math.max(outputs, inputs));
  return Math.sqrt(Math.max(1, outputs / inputs));
}

function checkMuon(options: MuonOptions): void {
  const names = [
    "learningRate",
    "momentum",
    "nesterov",
    "biasCorrection",
    "steps",
    "coefficients",
    "scale",
    "inputAxis",
    "axes",
    "parts",
  ];
  const checker = new OptionChecker("muon", options, [...names, "weightDecay", "decays"]).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checkScheduled(checker, options, "momentum", 0, 1);
  checkScheduled(checker, options, "weightDecay", 0);
  checker
    .boolean("nesterov")
    .boolean("biasCorrection")
    .integer("steps", 1)
    .oneOf("scale", ["aspect", "match-adamw", "none"]);
  if (options.axes !== undefined && options.inputAxis !== undefined) {
    checker.fail("inputAxis", "axes says all that inputAxis says; give one of them.");
  }
  if (options.biasCorrection === true && options.nesterov === false) {
    checker.fail(
      "biasCorrection",
      "biasCorrection belongs to nesterov: without it the size of the momentum does not matter.",
    );
  }
  checker.done();
  const { steps, coefficients = "quintic" } = options;
  try {
    const plan = { coefficients, ...(steps !== undefined && { steps }) };
    polarFactor(array([[1]]), { method: "newton-schulz", ...plan });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const said = error.message.replace(/^polarFactor: /, "muon: ");
    throw new OptionError(said, { code: "invalid-option", option: error.option });
  }
}

function formulaOf(options: MuonOptions): string {
  const { learningRate, momentum = 0.95, nesterov = true, steps, coefficients = "quintic" } = options;
  const { scale = "aspect", weightDecay = 0 } = options;
  const [rate, mu] = [textOf(learningRate, "η"), textOf(momentum, "μ")];
  const [held, mixedIn] = options.biasCorrection === true ? [`/(1 − ${mu}ᵗ⁺¹)`, `/(1 − ${mu}ᵗ)`] : ["", ""];
  const source = nesterov ? `(1 − ${mu})·G${mixedIn} + ${mu}·B${held}` : "B";
  const count = typeof coefficients === "string" ? (steps ?? 5) : coefficients.length;
  const name = typeof coefficients === "string" ? coefficients : "own coefficients";
  const factor = { aspect: "√max(1, out/in)·", "match-adamw": "0.2·√max(out, in)·", none: "" }[scale];
  const shrink = weightDecay === 0 ? "" : ` − ${rate}·${textOf(weightDecay, "λ")}·W`;
  return `B ← ${mu}·B + (1 − ${mu})·G;  U = NewtonSchulz(${source}; ${name}, ${count} steps);  W ← W − ${rate}·${factor}U${shrink}`;
}
