// What every loss keeps.
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import { cardOf, type LossCard, type LossOptions } from "../losses/index.ts";
import { CLASSES, drawLoss, type LossDraw, predictionOf, targetOf } from "./loss-samples.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { overDraws } from "./source.ts";

const DRAWS = 40;
/** The truth of a card may use naive exponentials. */
const TO_TRUTH = 1e-11;
/** Differences of order 4 with h = 2e-4 on the truth: h⁴ + ε/h. */
const TO_DIFFERENCES = 1e-9;
/** Differences of order 2 with h = 2e-5 on gradients. */
const TO_SECOND_DIFFERENCES = 1e-5;
/** Two exact ways to the same number. */
const EXACT = 1e-12;
/** Inputs rounded to f32, then amplified by slopes of up to about 1000. */
const F32 = 1e-4;

/** Any loss: a prediction, its target, and the options that all losses have. */
export type LossFunction = (prediction: never, target: never, options?: never) => NDArray;

type AnyLoss = (prediction: NDArray, target: unknown, options?: object) => NDArray;
type Law = (draw: LossDraw, loss: AnyLoss, card: LossCard) => void;

/**
 * The laws of one loss, judged by its card: the formula in plain JS, what its targets are, where it has kinks.
 *
 * value = formula · gradient = slope of the formula, away from kinks · second derivative = slope of the gradient · sums and
 * means agree with the losses · weights multiply and divide as asked · masked samples count for nothing, whatever they hold ·
 * nothing left is 0 with a gradient of 0 · huge predictions stay finite · compiled = eager · f32 stays f32.
 *
 * Options of the loss that are tried are the `variants` of the card. A loss of this library carries its card; another is
 * given one.
 * @throws LawError without a card; from the registered tests with the first draw that breaks a law.
 *
 * @example
 * ```ts
 * import { huber, mse } from "steepest/losses";
 * import { failuresOf, lossLaws } from "steepest/testing";
 * console.log(failuresOf((runner) => lossLaws(runner, "huber", huber)).length); // 0
 * const card = { name: "half", targets: "real", per: "entry", truth: ([z]: readonly number[], [y]: readonly number[]) => (z! - y!) ** 2 / 2 } as const;
 * console.log(failuresOf((runner) => lossLaws(runner, "half", mse, card))[0]?.name); // half: the losses are those of the formula
 * ```
 */
export function lossLaws<O extends LossOptions>(
  runner: Runner,
  name: string,
  loss: LossFunction,
  card: LossCard<O> | undefined = cardOf(loss) as LossCard<O> | undefined,
): void {
  if (card === undefined) {
    throw new LawError(
      `lossLaws: ${name} carries no card, so its formula is not known. Pass one: { name, targets, per, truth }.`,
    );
  }
  const known = card as unknown as LossCard; // options of the card are tried on its own loss alone
  for (const [text, law] of Object.entries(laws)) {
    runner.test(`${name}: ${text}`, () => {
      overDraws(
        `${name} ${text}`,
        DRAWS,
        (from) => drawLoss(known, from),
        (draw) => law(draw, loss as AnyLoss, known),
      );
    });
  }
}

const laws: Readonly<Record<string, Law>> = {
  "the losses are those of the formula"({ samples, options }, loss, card) {
    const each = loss(predictionOf(card, samples), targetOf(card, samples), { ...options, reduction: "none" });
    const truth = samples.map(({ prediction, target }) => card.truth(prediction, target, options));
    expectClose("loss", each.toArray(), truth, TO_TRUTH);
  },

  "gradients are the slopes of the formula"({ samples, options }, loss, card) {
    const total = (z: NDArray) => loss(z, targetOf(card, samples), { ...options, reduction: "sum" }) as Scalar;
    const slopes = grad(total)(predictionOf(card, samples)).toArray();
    const wanted = samples.flatMap(({ prediction, target }) =>
      prediction.map((z, k) => {
        const along = (v: number) => card.truth(prediction.with(k, v), target, options);
        return difference(along, z, 2e-4);
      }),
    );
    expectClose("gradient", slopes, wanted, TO_DIFFERENCES);
  },

  "second derivatives are the slopes of the gradient"({ samples, options }, loss, card) {
    const total = (z: NDArray) => loss(z, targetOf(card, samples), { ...options, reduction: "sum" }) as Scalar;
    const slope = (z: NDArray): NDArray => grad(total)(z);
    const z = predictionOf(card, samples);
    const v = z.mul(-0.1).add(0.5); // one direction for all samples
    const curved = grad((x: NDArray) => slope(x).dot(v))(z).toArray();
    const h = 2e-5;
    const differences = slope(z.add(v.mul(h)))
      .sub(slope(z.sub(v.mul(h))))
      .div(2 * h);
    expectClose("H·v", curved, differences.toArray(), TO_SECOND_DIFFERENCES);
  },

  "sums and means are those of the losses"({ samples, options }, loss, card) {
    const free = "classWeights" in options ? {} : options; // class weights change what a mean divides by
    const [z, y] = [predictionOf(card, samples), targetOf(card, samples)];
    const sum = total(loss(z, y, { ...free, reduction: "none" }));
    expectClose("sum", [loss(z, y, { ...free, reduction: "sum" }).item()], [sum], EXACT);
    expectClose("mean", [loss(z, y, { ...free, reduction: "mean" }).item()], [sum / samples.length], EXACT);
    expectClose("mean by default", [loss(z, y, free).item()], [loss(z, y, { ...free, reduction: "mean" }).item()], 0);
  },

  "weights multiply, and a mean divides by what was asked"({ samples, weights }, loss, card) {
    const [z, y] = [predictionOf(card, samples), targetOf(card, samples)];
    const sum = total(loss(z, y, { reduction: "none" }).mul(weights));
    const divisors = {
      weights: weights.reduce((a, b) => a + b, 0),
      count: weights.length,
      nonzero: weights.filter((w) => w !== 0).length,
    };
    expectClose("weighted sum", [loss(z, y, { weights, reduction: "sum" }).item()], [sum], EXACT);
    for (const [normalizeBy, divisor] of Object.entries(divisors)) {
      expectClose(`mean by ${normalizeBy}`, [loss(z, y, { weights, normalizeBy }).item()], [sum / divisor], EXACT);
    }
  },

  "masked samples are as if they were not there, whatever they hold"({ samples, kept }, loss, card) {
    const mask = array(kept.map(Number)).greater(0);
    const left = samples.filter((_, i) => kept[i]);
    const alone = (z: NDArray) => loss(z, targetOf(card, left)) as Scalar;
    const expected = grad(alone)(predictionOf(card, left)).toArray();
    const perSample = card.per === "row" ? CLASSES : 1;
    for (const rubbish of [Number.NaN, Infinity, 1e300]) {
      const spoiled = samples.map((sample, i) =>
        kept[i] ? sample : { prediction: sample.prediction.map(() => rubbish), target: sample.target.map(() => 99) },
      );
      const value = (z: NDArray) => loss(z, targetOf(card, spoiled), { mask }) as Scalar;
      const slopes = grad(value)(predictionOf(card, spoiled)).toArray();
      const of = (side: boolean) => slopes.filter((_, i) => kept[Math.floor(i / perSample)] === side);
      const wanted = alone(predictionOf(card, left)).item();
      expectClose("masked mean", [value(predictionOf(card, spoiled)).item()], [wanted], EXACT);
      expectClose("gradient of what is left", of(true), expected, EXACT);
      expectClose(
        "gradient of what is masked",
        of(false),
        of(false).map(() => 0),
        0,
      );
    }
  },

  "nothing left is 0 with a gradient of 0"({ samples, options }, loss, card) {
    const mask = array(samples.map(() => 0)).greater(0);
    const value = (z: NDArray) => loss(z, targetOf(card, samples), { ...options, mask }) as Scalar;
    const z = predictionOf(card, samples);
    expectClose("mean of nothing", [value(z).item()], [0], 0);
    expectClose("its gradient", grad(value)(z).toArray(), z.zerosLike().toArray(), 0);
  },

  "huge predictions give no NaN"({ samples, options }, loss, card) {
    if (card.domain !== undefined) return; // probabilities and logarithms of rates have bounds
    const value = (z: NDArray) => loss(z, targetOf(card, samples), options) as Scalar;
    for (const huge of [1e9, -1e9]) {
      const z = predictionOf(card, samples).mul(huge);
      const numbers = [value(z).item(), ...grad(value)(z).toArray()];
      if (!numbers.every(Number.isFinite)) throw new LawError(`value and gradient are ${numbers.join(", ")}.`);
    }
  },

  "compiled is what it is eager"({ samples, options }, loss, card) {
    const [z, y] = [predictionOf(card, samples), targetOf(card, samples)];
    const compiled = compile((p: NDArray) => loss(p, y, options));
    expectClose("compiled", compiled(z).toArray(), loss(z, y, options).toArray(), EXACT);
  },

  "f32 stays f32"({ samples, options }, loss, card) {
    const [z, target] = [predictionOf(card, samples), targetOf(card, samples)];
    const narrow = card.targets === "label" ? target : target.toNested();
    const value = loss(z.astype("f32"), narrow, options);
    if (value.dtype !== "f32") throw new LawError(`predictions in f32 gave a loss in ${value.dtype}.`);
    expectClose("f32", [value.item()], [loss(z, target, options).item()], F32);
  },
};

/** Central differences of order 4: error about h⁴ + ε/h. */
function difference(f: (z: number) => number, z: number, h: number): number {
  return (8 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12 * h);
}

function total(losses: NDArray): number {
  return losses.toArray().reduce((a, b) => a + b, 0);
}
