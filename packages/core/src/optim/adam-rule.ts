// The shared part of Adam and AdamW: moments, bias correction on the host, the direction that they give.
import { type NDArray, zeros } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import type { LeafContext } from "./leaf-rule.ts";
import { checkScheduled } from "./schedules/check.ts";
import { type ScalarOrSchedule, type Schedule, textOf, valueAt } from "./schedules/schedule.ts";

export interface AdamOptions {
  /** η */
  learningRate: ScalarOrSchedule;
  /** β₁, in [0, 1). 0: no first moment is kept. Default 0.9. */
  beta1?: ScalarOrSchedule;
  /** β₂, in [0, 1). Default 0.999. */
  beta2?: ScalarOrSchedule;
  /** ε. Default 1e-8. */
  eps?: number;
  /** "outside": m̂/(√v̂ + ε) (default). "hat": √(1 − β₂ᵗ)·m̂/(√v + ε), ε against the raw root, as Keras does. */
  epsMode?: "outside" | "hat";
  /** Added inside of the root; makes second derivatives finite at g = 0. Default 0. */
  epsRoot?: number;
  /** Divides by the largest second moment so far: of v (true, PyTorch), or of v̂ ("corrected", Optax). Default false. */
  amsgrad?: boolean | "corrected";
  /** m̂ ← β₁m/(1 − β₁ᵗ⁺¹) + (1 − β₁)g/(1 − β₁ᵗ): one step of momentum ahead. Default false. */
  nesterov?: boolean;
}

/** Running moments of the gradient. `mu` is empty when β₁ is 0; there is no `nuMax` without AMSGrad. */
export interface Moments {
  mu: NDArray;
  nu: NDArray;
  nuMax?: NDArray;
}

/** 1 − βᵗ without cancellation, t counted from 1: in f32, 1 − .999 would be .00100005. */
export function biasCorrection(beta: number, t: number): number {
  return -Math.expm1(t * Math.log(beta)); // β = 0: log 0 = −∞, and the correction is 1
}

/** What Adam and AdamW have in common: state, and η times the direction. */
export interface AdamRule {
  readonly formula: string;
  readonly scheduled: Readonly<Record<string, ScalarOrSchedule>>;
  init(param: NDArray): Moments;
  /** −η·m̂/(√v̂ + ε) */
  change(context: Pick<LeafContext<Moments>, "grad" | "slot" | "at">): { update: NDArray; slot: Moments };
}

export const ADAM_OPTIONS: readonly string[] = [
  "learningRate",
  "beta1",
  "beta2",
  "eps",
  "epsMode",
  "epsRoot",
  "amsgrad",
  "nesterov",
];

/** Problems of the options that Adam and its relatives share. */
export function adamChecker(owner: string, options: AdamOptions, names: readonly string[]): OptionChecker {
  const { eps = 1e-8, epsRoot = 0 } = options;
  const checker = new OptionChecker(owner, options, names).required("learningRate");
  checkScheduled(checker, options, "learningRate", 0);
  checkBeta(checker, options, "beta1");
  checkBeta(checker, options, "beta2");
  checker.number("eps", 0).number("epsRoot", 0).oneOf("epsMode", ["outside", "hat"]).boolean("nesterov");
  if (options.amsgrad !== "corrected") checker.boolean("amsgrad");
  if (eps === 0 && epsRoot === 0) {
    checker.fail("eps", "eps must be positive: where all gradients so far are 0 the step would be 0/0.");
  }
  return checker;
}

export function checkBeta(checker: OptionChecker, options: object, name: string): void {
  checkScheduled(checker, options, name, 0, 1);
  if ((options as Readonly<Record<string, unknown>>)[name] === 1) {
    checker.fail(name, `${name} must be below 1: at 1 the average never takes in a gradient.`);
  }
}

/**
 * m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  change = −η·m̂/(√(v̂ + epsRoot) + ε)
 *
 * Given:    options that were checked
 * Method:   both corrections are joined with η and made on the host in f64: (η/(1 − β₁ᵗ))·m / (√(v/(1 − β₂ᵗ)) + ε)
 * Traps:    with "hat" the root is taken of the raw v, so that ε acts 1/√(1 − β₂ᵗ) times as strongly
 */
export function adamRule(options: AdamOptions): AdamRule {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsMode = "outside", epsRoot = 0 } = options;
  const { amsgrad = false, nesterov = false } = options;
  const firstMoment = beta1 !== 0;
  const fresh1 = (step: number): number => 1 - valueAt(beta1, step);
  const fresh2 = (step: number): number => 1 - valueAt(beta2, step);
  const correction1 = (step: number): number => biasCorrection(valueAt(beta1, step), step + 1);
  const correction2 = (step: number): number => biasCorrection(valueAt(beta2, step), step + 1);
  const rootCorrection: Schedule = (step) => (epsMode === "hat" ? Math.sqrt(correction2(step)) : 1);
  const rate = (step: number): number => valueAt(learningRate, step) * rootCorrection(step);
  const plainRate: Schedule = (step) => -rate(step) / correction1(step);
  const momentumRate: Schedule = (step) =>
    (-rate(step) * valueAt(beta1, step)) / biasCorrection(valueAt(beta1, step), step + 2);
  const freshRate: Schedule = (step) => (-rate(step) * fresh1(step)) / correction1(step);
  const unbias: Schedule = (step) => 1 / correction2(step);

  return {
    formula: adamFormula(options),
    scheduled: { learningRate, beta1, beta2 },
    init: (param) => ({
      mu: firstMoment ? param.zerosLike() : none(param),
      nu: param.zerosLike(),
      ...(amsgrad !== false && { nuMax: param.zerosLike() }),
    }),
    change({ grad: g, slot, at }) {
      const m = firstMoment ? slot.mu.mul(at(beta1)).add(g.mul(at(fresh1))) : g;
      const v = slot.nu.mul(at(beta2)).add(g.square().mul(at(fresh2)));
      const correct = (x: NDArray): NDArray => (epsMode === "hat" ? x : x.mul(at(unbias)));
      const top = amsgrad === "corrected" ? slot.nuMax?.maximum(v.mul(at(unbias))) : slot.nuMax?.maximum(v);
      const vHat = top === undefined ? correct(v) : amsgrad === "corrected" ? top : correct(top);
      const root = (epsRoot === 0 ? vHat : vHat.add(epsRoot)).sqrt();
      const step = nesterov ? m.mul(at(momentumRate)).add(g.mul(at(freshRate))) : m.mul(at(plainRate));
      return {
        update: step.div(root.add(eps)),
        slot: { mu: firstMoment ? m : slot.mu, nu: v, ...(top !== undefined && { nuMax: top }) },
      };
    },
  };
}

/** An array without entries, in the width of a parameter: a slot that is not needed. */
function none(param: NDArray): NDArray {
  return zeros([0], { dtype: param.dtype }) as NDArray;
}

function adamFormula(options: AdamOptions): string {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, epsMode = "outside", epsRoot = 0 } = options;
  const { amsgrad = false, nesterov = false } = options;
  const [b1, b2] = [textOf(beta1, "β₁"), textOf(beta2, "β₂")];
  const moments = [
    ...(beta1 === 0 ? [] : [`m ← ${b1}·m + (1 − ${b1})·g`]),
    `v ← ${b2}·v + (1 − ${b2})·g²`,
    ...(amsgrad === true ? ["x ← max(x, v)"] : amsgrad === "corrected" ? ["x ← max(x, v̂)"] : []),
    ...(nesterov ? [`m̂ ← ${b1}·m/(1 − ${b1}ᵗ⁺¹) + (1 − ${b1})·g/(1 − ${b1}ᵗ)`] : []),
  ];
  const second = amsgrad === true ? "x̂" : amsgrad === "corrected" ? "x" : "v̂";
  const inside = epsMode === "hat" ? (amsgrad === false ? "v" : "x") : second;
  const root = epsRoot === 0 ? `√${inside}` : `√(${inside} + ${epsRoot})`;
  const factor = epsMode === "hat" ? `√(1 − ${b2}ᵗ)·` : "";
  const top = beta1 === 0 ? "g" : "m̂";
  return `${moments.join(";  ")};  w ← w − ${textOf(learningRate, "η")}·${factor}${top}/(${root} + ${eps})`;
}
