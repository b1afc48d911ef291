// What every loss must keep. The laws walk the exports: a new loss is found by its card. Each law is a function of the
// loss, so that it can be run on wrong ones.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import * as exported from "./index.ts";
import { cardOf, type LossCard, type LossOptions } from "./loss.ts";

type AnyLoss = (prediction: NDArray, target: unknown, options?: object) => NDArray;
type Card = LossCard<LossOptions>;
interface Sample {
  readonly prediction: readonly number[]; // one number, or one per class
  readonly target: readonly number[];
}
interface Draw {
  readonly samples: readonly Sample[];
  readonly options: LossOptions;
  /** One per sample; the first counts. */
  readonly kept: readonly boolean[];
  readonly weights: readonly number[];
}

const CLASSES = 3; // as many as the class weights of the cards
const uniform = (low: number, high: number) =>
  fc.integer({ min: 0, max: 2 ** 30 }).map((k) => low + ((high - low) * k) / 2 ** 30);

function targetOf({ targets }: Card): fc.Arbitrary<readonly number[]> {
  switch (targets) {
    case "real":
      return uniform(-2, 2).map((y) => [y]);
    case "count":
      return fc.integer({ min: 0, max: 5 }).map((y) => [y]);
    case "sign":
      return fc.constantFrom(-1, 1).map((y) => [y]);
    case "probability":
      return fc.oneof(fc.constantFrom(0, 1), uniform(0, 1)).map((y) => [y]);
    case "label":
      return fc.integer({ min: 0, max: CLASSES - 1 }).map((y) => [y]);
    case "distribution":
      return fc.tuple(uniform(0, 1), uniform(0, 1)).map(([a, b]) => [a * b, a * (1 - b), 1 - a]);
  }
}

/** Half of the predictions lie around the kinks, none on them. */
function sampleOf(card: Card, options: LossOptions): fc.Arbitrary<Sample> {
  const [low, high] = card.domain ?? [-4, 4];
  return targetOf(card).chain((target) => {
    const kinks = card.kinks?.(target[0]!, options) ?? [];
    const anywhere = uniform(low, high);
    const around = kinks.map((kink) => uniform(kink - 0.2, kink + 0.2));
    const entry = (around.length === 0 ? anywhere : fc.oneof(anywhere, fc.oneof(...around))).filter((z) =>
      kinks.every((kink) => Math.abs(z - kink) > 1e-3),
    );
    const size = card.per === "row" ? CLASSES : 1;
    return fc
      .array(entry, { minLength: size, maxLength: size })
      .filter((prediction) => card.smooth?.(prediction, target) ?? true)
      .map((prediction) => ({ prediction, target }));
  });
}

const MOST = 6;

function drawOf(card: Card): fc.Arbitrary<Draw> {
  return fc.constantFrom<LossOptions>({}, ...(card.variants ?? [])).chain((options) =>
    fc.record({
      samples: fc.array(sampleOf(card, options), { minLength: 1, maxLength: MOST }),
      options: fc.constant(options),
      kept: fc.array(fc.boolean(), { minLength: MOST, maxLength: MOST }).map((flags) => [true, ...flags.slice(1)]),
      weights: fc
        .array(fc.integer({ min: 0, max: 8 }), { minLength: MOST, maxLength: MOST })
        .map((quarters) => [1, ...quarters.slice(1).map((q) => q / 4)]),
    }),
  );
}

const shapeOf = (card: Card, samples: readonly Sample[]) =>
  card.per === "row" ? [samples.length, CLASSES] : [samples.length];
const predictionOf = (card: Card, samples: readonly Sample[]) =>
  array(samples.flatMap(({ prediction }) => prediction)).reshape(...shapeOf(card, samples));
function targetsOf(card: Card, samples: readonly Sample[]): NDArray {
  const flat = array(samples.flatMap(({ target }) => target));
  if (card.targets === "label") return flat.astype("i32") as unknown as NDArray;
  return flat.reshape(...shapeOf(card, samples));
}

const near = (a: number, b: number, tolerance: number) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
const allNear = (a: readonly number[], b: readonly number[], tolerance: number) =>
  a.length === b.length && a.every((v, i) => near(v, b[i]!, tolerance));

/** Central differences of order 4: error about h⁴ + ε/h. */
function difference(f: (z: number) => number, z: number, h: number): number {
  return (8 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12 * h);
}

const laws = {
  "the losses are those of the formula": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      const each = loss(predictionOf(card, samples), targetsOf(card, samples), { ...options, reduction: "none" });
      const truth = samples.map(({ prediction, target }) => card.truth(prediction, target, options));
      return allNear(each.toArray(), truth, 1e-11); // naive exponentials in the truth
    }),

  "gradients are the slopes of the formula": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      const total = (z: NDArray) => loss(z, targetsOf(card, samples), { ...options, reduction: "sum" }) as Scalar;
      const slopes = grad(total)(predictionOf(card, samples)).toArray();
      const wanted = samples.flatMap(({ prediction, target }) =>
        prediction.map((z, k) => {
          const along = (v: number) => card.truth(prediction.with(k, v), target, options);
          return difference(along, z, 2e-4);
        }),
      );
      return allNear(slopes, wanted, 1e-9); // differences with h = 2e-4
    }),

  "second derivatives are the slopes of the gradient": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      const slope = (z: NDArray) =>
        grad((v: NDArray) => loss(v, targetsOf(card, samples), { ...options, reduction: "sum" }) as Scalar)(z);
      const z = predictionOf(card, samples);
      // along one direction for all samples: Σ over classes of the second derivatives
      const direction = z.onesLike().mul(0.5).sub(z.mul(0.1)).toArray();
      const curved = grad((v: NDArray) => slope(v).dot(array(direction).reshape(...z.shape)))(z).toArray();
      const h = 2e-5;
      const moved = (t: number) =>
        slope(
          z.add(
            array(direction)
              .reshape(...z.shape)
              .mul(t),
          ),
        ).toArray();
      const [ahead, behind] = [moved(h), moved(-h)];
      return allNear(
        curved,
        ahead.map((v, i) => (v - behind[i]!) / (2 * h)),
        1e-5, // central differences of order 2
      );
    }),

  "sums and means are those of the losses": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      // class weights change what a mean divides by; that is a law of their own
      const free = "classWeights" in options ? {} : options;
      const [z, y] = [predictionOf(card, samples), targetsOf(card, samples)];
      const each = loss(z, y, { ...free, reduction: "none" }).toArray();
      const sum = each.reduce((a, b) => a + b, 0);
      return (
        near(loss(z, y, { ...free, reduction: "sum" }).item(), sum, 1e-12) &&
        near(loss(z, y, { ...free, reduction: "mean" }).item(), sum / samples.length, 1e-12)
      );
    }),

  "weights multiply, and a mean divides by what was asked": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, weights: drawn }) => {
      const [z, y] = [predictionOf(card, samples), targetsOf(card, samples)];
      const each = loss(z, y, { reduction: "none" }).toArray();
      const weights = drawn.slice(0, samples.length);
      const sum = each.reduce((total, v, i) => total + v * weights[i]!, 0);
      const divisors = {
        weights: weights.reduce((a, b) => a + b, 0),
        count: weights.length,
        nonzero: weights.filter((w) => w !== 0).length,
      };
      return (["weights", "count", "nonzero"] as const).every((normalizeBy) =>
        near(loss(z, y, { weights, normalizeBy }).item(), sum / divisors[normalizeBy], 1e-12),
      );
    }),

  "masked samples are as if they were not there, whatever they hold": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, kept }) =>
      [Number.NaN, Infinity, 1e300].every((rubbish) => {
        const mask = array(samples.map((_, i) => Number(kept[i]))).greater(0);
        const spoiled = samples.map((sample, i) =>
          kept[i] ? sample : { prediction: sample.prediction.map(() => rubbish), target: sample.target.map(() => 99) },
        );
        const left = samples.filter((_, i) => kept[i]);
        const value = (z: NDArray) => loss(z, targetsOf(card, spoiled), { mask }) as Scalar;
        const alone = (z: NDArray) => loss(z, targetsOf(card, left)) as Scalar;
        const slopes = grad(value)(predictionOf(card, spoiled)).toArray();
        const expected = grad(alone)(predictionOf(card, left)).toArray();
        const size = card.per === "row" ? CLASSES : 1;
        const ofLeft = slopes.filter((_, i) => kept[Math.floor(i / size)]);
        const ofMasked = slopes.filter((_, i) => !kept[Math.floor(i / size)]);
        return (
          near(value(predictionOf(card, spoiled)).item(), alone(predictionOf(card, left)).item(), 1e-12) &&
          allNear(ofLeft, expected, 1e-12) &&
          ofMasked.every((slope) => slope === 0)
        );
      }),
    ),

  "nothing left is 0 with a gradient of 0": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      const mask = array(samples.map(() => 0)).greater(0);
      const value = (z: NDArray) => loss(z, targetsOf(card, samples), { ...options, mask }) as Scalar;
      const z = predictionOf(card, samples);
      return (
        value(z).item() === 0 &&
        grad(value)(z)
          .toArray()
          .every((slope) => slope === 0)
      );
    }),

  "huge predictions give no NaN": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) =>
      [1e9, -1e9].every((huge) => {
        if (card.domain !== undefined) return true; // probabilities and logarithms of rates have bounds
        const z = predictionOf(card, samples).mul(huge);
        const value = (v: NDArray) => loss(v, targetsOf(card, samples), options) as Scalar;
        return Number.isFinite(value(z).item()) && grad(value)(z).toArray().every(Number.isFinite);
      }),
    ),

  "f32 stays f32": (loss: AnyLoss, card: Card) =>
    fc.property(drawOf(card), ({ samples, options }) => {
      const z = predictionOf(card, samples);
      const target = targetsOf(card, samples);
      const narrow = card.targets === "label" ? target : target.toNested();
      const value = loss(z.astype("f32") as NDArray, narrow, options);
      return value.dtype === "f32" && near(value.item(), loss(z, target, options).item(), 1e-4); // rounding of f32 inputs
    }),
};

const found = Object.entries(exported).flatMap(([name, loss]) => {
  const card = cardOf(loss) as Card | undefined;
  return card === undefined ? [] : [{ name, card, loss: loss as unknown as AnyLoss }];
});

describe("every loss", () => {
  it("is found by its card, which has its name", () => {
    expect(found.length).toBeGreaterThanOrEqual(17);
    for (const { name, card } of found) expect(card.name).toBe(name);
    expect(Object.keys(exported)).toEqual(found.map(({ name }) => name)); // nothing is exported without one
  });

  describe.each(found)("$name", ({ loss, card }) => {
    it.each(Object.entries(laws))("%s", (_name, law) => {
      fc.assert(law(loss, card), { numRuns: 40 });
    });
  });
});

describe("planted mistakes are caught", () => {
  const huber = found.find(({ name }) => name === "huber")!;
  const hinge = found.find(({ name }) => name === "hinge")!;
  const bce = found.find(({ name }) => name === "bce")!;
  const options = (o: object | undefined) => (o ?? {}) as LossOptions & { delta?: number };

  const wrong: Readonly<Record<string, { loss: AnyLoss; card: Card; law: keyof typeof laws }>> = {
    "huber with slope 2x inside of δ": {
      card: huber.card,
      law: "gradients are the slopes of the formula",
      loss: (z, y, o) => {
        const { delta = 1 } = options(o);
        const e = z.sub(y as NDArray);
        return e.clip(-delta, delta).mul(e).sum(); // e² inside
      },
    },
    "huber that ignores delta": {
      card: huber.card,
      law: "the losses are those of the formula",
      loss: (z, y, o) => {
        const { delta: _, ...rest } = options(o);
        return huber.loss(z, y, rest);
      },
    },
    "hinge with margin 0.95": {
      card: hinge.card,
      law: "the losses are those of the formula",
      loss: (z, y, o) => hinge.loss(z.add((y as NDArray).mul(0.05)), y, o),
    },
    "a curvature that is lost": {
      card: bce.card,
      law: "second derivatives are the slopes of the gradient",
      loss: (z, y) => {
        const slope = z.sigmoid().sub(y as NDArray);
        return z.mul(array(slope.toArray())).sum(); // the right gradient, as a constant
      },
    },
    "a mean over entries twice": {
      card: bce.card,
      law: "sums and means are those of the losses",
      loss: (z, y, o) => {
        const { reduction = "mean" } = options(o);
        const value = bce.loss(z, y, o);
        return reduction === "mean" ? value.div(z.shape[0]! + 1) : value;
      },
    },
    "weights that a mean forgets in its divisor": {
      card: bce.card,
      law: "weights multiply, and a mean divides by what was asked",
      loss: (z, y, o) => bce.loss(z, y, options(o).weights === undefined ? o : { ...o, normalizeBy: "count" }),
    },
    "a mask that multiplies": {
      card: bce.card,
      law: "masked samples are as if they were not there, whatever they hold",
      loss: (z, y, o) => {
        const { mask, ...rest } = options(o);
        if (mask === undefined) return bce.loss(z, y, o);
        const clipped = (y as NDArray).clip(0, 1);
        return bce.loss(z, clipped, { ...rest, weights: mask.astype("f64") });
      },
    },
    "0/0 over nothing": {
      card: bce.card,
      law: "nothing left is 0 with a gradient of 0",
      loss: (z, y, o) => bce.loss(z, y, { ...o, reduction: "sum" }).div(options(o).mask!.astype("f64").sum()),
    },
    "naive logarithms of probabilities": {
      card: bce.card,
      law: "huge predictions give no NaN",
      loss: (z, y) => {
        const p = z.sigmoid();
        const target = y as NDArray;
        return target
          .mul(p.log())
          .add(target.neg().add(1).mul(p.neg().add(1).log()))
          .neg()
          .mean();
      },
    },
    "targets that widen": {
      card: bce.card,
      law: "f32 stays f32",
      loss: (z, y, o) => bce.loss(z, array(y as number[]), o),
    },
  };

  it.each(Object.entries(wrong))("%s", (_name, { loss, card, law }) => {
    expect(fc.check(laws[law](loss, card), { numRuns: 200 }).failed).toBe(true);
  });
});
