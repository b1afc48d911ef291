import { describe, expect, it } from "vitest";
import { runKernel } from "../../backend/interpret/index.ts";
import { type NDArray, vjp } from "../../index.ts";
import * as operations from "../../ops/index.ts";
import { cardOf } from "../../ops/index.ts";
import { Draw } from "../../testing/op-draw.ts";
import { disagreement, programOf } from "./agreement.ts";
import { lower } from "./index.ts";

const cards = Object.values(operations).flatMap((operation) => cardOf(operation) ?? []);

/** Operations that run on the host by design: sorting and running values, whose steps depend on one another. */
const ON_HOST = [
  "argmax",
  "argmin",
  "argsort",
  "cumulativeMax",
  "cumulativeMin",
  "cumulativeProduct",
  "cumulativeSum",
  "debugPrint",
  "linearRecurrence",
  "sort",
  "topK",
];

describe("every operation, lowered", () => {
  for (const card of cards) {
    for (const sample of card.samples) {
      it(`${card.name} ${sample.label} gives what it gives, and so does its adjoint`, () => {
        for (let i = 0; i < 3; i++) {
          const draw = new Draw(sample, `${card.name} ${sample.label} lowered ${i}`);
          // 1e-13: functions within a few ulp of each other, in f64
          expect(disagreement(runKernel, sample.call as never, draw.inputs(), 1e-13)).toBeUndefined();
          if (card.derivative === "none") continue;
          const adjoint = (x: NDArray): NDArray => {
            const { value, pullback } = vjp(draw.f, x);
            return pullback(value);
          };
          expect(disagreement(runKernel, adjoint, [draw.vector()], 1e-12)).toBeUndefined();
        }
      });
    }
    it(`${card.name} ${ON_HOST.includes(card.name) ? "runs on the host" : "has kernels"}`, () => {
      const [sample] = card.samples;
      const draw = new Draw(sample!, card.name);
      const { steps } = lower(programOf(sample!.call as never, draw.inputs()));
      expect(steps.some(({ kind }) => kind === "host")).toBe(ON_HOST.includes(card.name));
    });
  }
});
