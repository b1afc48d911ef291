// Every loss that is exported keeps the laws; and mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../index.ts";
import { failuresOf, lossLaws, namesOf, type Runner } from "../testing/index.ts";
import * as exported from "./index.ts";
import type { LossCard, LossOptions } from "./loss.ts";

type AnyLoss = (prediction: NDArray, target: unknown, options?: object) => NDArray;
type Card = LossCard<LossOptions>;

const found = Object.entries(exported).flatMap(([name, loss]) => {
  const card = exported.cardOf(loss) as Card | undefined;
  return card === undefined ? [] : [{ name, card, loss: loss as unknown as AnyLoss }];
});

describe("every loss", () => {
  it("is found by its card, which has its name", () => {
    expect(found.length).toBeGreaterThanOrEqual(17);
    for (const { name, card } of found) expect(card.name).toBe(name);
    expect(Object.keys(exported).filter((name) => name !== "cardOf")).toEqual(found.map(({ name }) => name)); // nothing is exported without one
  });

  for (const { name, loss } of found) lossLaws({ test: it }, name, loss);
});

describe("planted mistakes are caught", () => {
  const huber = found.find(({ name }) => name === "huber")!;
  const hinge = found.find(({ name }) => name === "hinge")!;
  const bce = found.find(({ name }) => name === "bce")!;
  const options = (o: object | undefined) => (o ?? {}) as LossOptions & { delta?: number };

  const wrong: Readonly<Record<string, { loss: AnyLoss; card: Card; law: string }>> = {
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
    "a value that is read where there is none": {
      card: bce.card,
      law: "compiled is what it is eager",
      loss: (z, y, o) => bce.loss(z.mul(z.shape.length === 0 ? 1 : Math.sign(z.toArray().length)), y, o),
    },
    "targets that widen": {
      card: bce.card,
      law: "f32 stays f32",
      loss: (z, y, o) => bce.loss(z, array(y as number[]), o),
    },
  };

  const laws = (loss: AnyLoss, card: Card) => (runner: Runner) => lossLaws(runner, "wrong", loss, card);

  it.each(Object.entries(wrong))("%s", (_name, { loss, card, law }) => {
    expect(failuresOf(laws(loss, card)).map(({ name }) => name)).toContain(`wrong: ${law}`);
  });

  it("by every law at least one", () => {
    const found = new Set(Object.values(wrong).map(({ law }) => `wrong: ${law}`));
    expect([...found].sort()).toEqual([...namesOf(laws(bce.loss, bce.card))].sort());
  });

  it("a loss without a card", () => {
    expect(() => lossLaws({ test: it }, "stray", (z: NDArray) => z.mean())).toThrow("carries no card");
  });
});
