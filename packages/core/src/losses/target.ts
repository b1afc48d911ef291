// What a prediction is compared with: its shape, and the numbers that make sense.
import { type ArrayLike, type NDArray, where } from "../array/index.ts";
import { DataError, formatNumber, formatShape, ShapeError } from "../errors/index.ts";
import { isArray, readTensor, sameShape, sizeOf } from "../program/index.ts";
import type { LossCard } from "./loss.ts";
import { floatsLike } from "./reduction.ts";

/** "labels": one class per row, counted from 0. "distribution": a number per class. The others: a number per entry. */
export type TargetKind = "real" | "count" | "sign" | "probability" | "label" | "distribution";

export interface Target {
  readonly values: NDArray;
  /** The shape of the losses. */
  readonly samples: readonly number[];
  /** With a valid number in the place of every masked one. */
  neutralized(mask: NDArray<"bool">): NDArray;
}

type About = Pick<LossCard, "name" | "targets" | "per">;

/** @throws ShapeError unless target and prediction fit together: equal, or labels one axis shorter. Numbers stand for all. */
export function targetArray(card: About, prediction: NDArray, target: ArrayLike): Target {
  const { name, targets, per } = card;
  if (per === "row" && prediction.ndim === 0) throw noClasses(name);
  const samples = per === "row" ? prediction.shape.slice(0, -1) : prediction.shape;
  const wanted = targets === "label" ? samples : prediction.shape;
  const given = floatsLike(prediction, target);
  const isNumber = !isArray(target) && typeof target === "number";
  if (!isNumber && !sameShape(given.shape, wanted)) throw misfit(name, targets, prediction.shape, given.shape, wanted);
  const values = isNumber ? given.broadcastTo(wanted) : given;
  const neutral = targets === "sign" ? 1 : 0;
  return {
    values,
    samples,
    neutralized(mask) {
      const perEntry = mask.ndim === values.ndim ? mask : mask.expandDims(-1);
      if (targets !== "label") return where(perEntry, values, neutral);
      return values.mul(perEntry.astype("i32") as unknown as NDArray); // integers stay integers: class 0
    },
  };
}

/** @throws DataError naming the first sample, unmasked, whose target has no meaning for the loss. */
export function checkTarget(card: About, prediction: NDArray, target: Target, mask: NDArray<"bool"> | undefined): void {
  const rule = ruleOf(card.targets, prediction.shape.at(-1) ?? 0);
  const data = rule === undefined ? undefined : readTensor(target.values)?.data;
  if (rule === undefined || data === undefined) return; // inside of a traced program there are no numbers to look at
  const keep = mask === undefined ? undefined : readTensor(mask)?.data;
  if (mask !== undefined && keep === undefined) return;
  const stride = data.length / Math.max(1, sizeOf(target.samples)); // entries per sample
  for (let i = 0; i < data.length; i++) {
    if (rule.holds(data[i]!)) continue;
    const row = Math.floor(i / stride);
    if (keep !== undefined && keep[row] === 0) continue;
    throw new DataError(
      `${card.name}: the target of sample ${row} is ${formatNumber(data[i]!)}, but ${rule.words}.${rule.fix === undefined ? "" : ` ${rule.fix}`}`,
      { code: "target-out-of-range", row, received: String(data[i]), expected: rule.words },
    );
  }
}

interface Rule {
  readonly words: string;
  readonly fix?: string;
  holds(y: number): boolean;
}

function ruleOf(targets: TargetKind, classes: number): Rule | undefined {
  switch (targets) {
    case "real":
      return undefined;
    case "count":
      return { words: "counts are 0 or more", holds: (y) => y >= 0 };
    case "sign":
      return {
        words: "labels must be −1 or +1",
        fix: "From labels 0 and 1: y.mul(2).sub(1).",
        holds: (y) => y === 1 || y === -1,
      };
    case "probability":
    case "distribution":
      return { words: "probabilities must be from 0 to 1", holds: (y) => y >= 0 && y <= 1 };
    case "label":
      return {
        words: `there are ${classes} classes, 0 to ${classes - 1}`,
        holds: (y) => Number.isInteger(y) && y >= 0 && y < classes,
      };
  }
}

function noClasses(owner: string): ShapeError {
  return new ShapeError(`${owner}: the prediction is a scalar; it must have a last axis with one entry per class.`, {
    code: "no-classes",
    operation: owner,
    shapes: [[]],
  });
}

function misfit(
  owner: string,
  targets: TargetKind,
  prediction: readonly number[],
  target: readonly number[],
  wanted: readonly number[],
): ShapeError {
  const same = sizeOf(target) === sizeOf(wanted);
  const why =
    targets === "label"
      ? `for scores of ${prediction.at(-1)} classes it must be ${formatShape(wanted)}: one label per row`
      : "they must be equal; broadcasting would pair every prediction with every target";
  const fix = same ? ` Did you mean target.reshape(${wanted.join(", ")})?` : "";
  return new ShapeError(
    `${owner}: the prediction has shape ${formatShape(prediction)} and the target ${formatShape(target)}; ${why}.${fix}`,
    { code: "shapes-differ", operation: owner, shapes: [prediction, target] },
  );
}
