// Random predictions with targets for the laws of losses: half of them around kinks, none on them.
import { array, type NDArray } from "../array/index.ts";
import type { LossCard, LossOptions } from "../losses/index.ts";
import type { Source } from "./source.ts";

export const CLASSES = 3; // as many as the class weights of the cards
const MOST = 6;
const CLEAR = 1e-3; // least distance from a kink: differences must not reach across

export interface LossSample {
  readonly prediction: readonly number[]; // one number, or one per class
  readonly target: readonly number[];
}

export interface LossDraw {
  readonly samples: readonly LossSample[];
  readonly options: LossOptions;
  /** One per sample; the first counts. */
  readonly kept: readonly boolean[];
  readonly weights: readonly number[];
}

export function drawLoss(card: LossCard, from: Source): LossDraw {
  const options = from.pick<LossOptions>([{}, ...(card.variants ?? [])]);
  const count = from.integer(1, MOST);
  return {
    options,
    samples: from.list(count, () => drawSample(card, options, from)),
    kept: from.list(count, (i) => i === 0 || from.integer(0, 1) === 1),
    weights: from.list(count, (i) => (i === 0 ? 1 : from.integer(0, 8) / 4)),
  };
}

function drawSample(card: LossCard, options: LossOptions, from: Source): LossSample {
  const [low, high] = card.domain ?? [-4, 4];
  const target = drawTarget(card, from);
  const kinks = card.kinks?.(target[0]!, options) ?? [];
  const entry = (): number => {
    const near = kinks.length > 0 && from.integer(0, 1) === 1;
    return near ? from.pick(kinks) + from.uniform(-0.2, 0.2) : from.uniform(low, high);
  };
  const isClear = (z: number): boolean => kinks.every((kink) => Math.abs(z - kink) > CLEAR);
  const size = card.per === "row" ? CLASSES : 1;
  const prediction = from.until(
    () => from.list(size, () => from.until(entry, isClear)),
    (drawn) => card.smooth?.(drawn, target) ?? true,
  );
  return { prediction, target };
}

function drawTarget({ targets }: LossCard, from: Source): number[] {
  switch (targets) {
    case "real":
      return [from.uniform(-2, 2)];
    case "count":
      return [from.integer(0, 5)];
    case "sign":
      return [from.pick([-1, 1])];
    case "probability":
      return [from.pick([0, 1, from.uniform()])];
    case "label":
      return [from.integer(0, CLASSES - 1)];
    case "distribution": {
      const [a, b] = [from.uniform(), from.uniform()];
      return [a * b, a * (1 - b), 1 - a];
    }
  }
}

export function predictionOf(card: LossCard, samples: readonly LossSample[]): NDArray {
  return array(samples.flatMap(({ prediction }) => prediction)).reshape(...shapeOf(card, samples));
}

export function targetOf(card: LossCard, samples: readonly LossSample[]): NDArray {
  const flat = array(samples.flatMap(({ target }) => target));
  if (card.targets === "label") return flat.astype("i32") as unknown as NDArray; // losses of classes take integers
  return flat.reshape(...shapeOf(card, samples));
}

function shapeOf({ per }: LossCard, samples: readonly LossSample[]): number[] {
  return per === "row" ? [samples.length, CLASSES] : [samples.length];
}
