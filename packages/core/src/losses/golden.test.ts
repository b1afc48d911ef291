// Every case of the reference file, values and gradients (origins in the file).
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import golden from "./golden/losses.json" with { type: "json" };
import * as losses from "./index.ts";
import { reduceLosses } from "./reduction.ts";

type Numbers = number | string | readonly Numbers[];
interface Case {
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly logits?: Numbers;
  readonly prediction?: Numbers;
  readonly scores?: Numbers;
  readonly error?: Numbers;
  readonly targets?: Numbers;
  readonly value: Numbers;
  readonly gradient: Numbers;
}
type AnyLoss = (prediction: NDArray, target: unknown, options: object) => NDArray;

const LABELLED = ["crossEntropy", "multiclassHinge"];
const flat = (x: Numbers): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);
const numbers = (x: Numbers): number | number[] => (Array.isArray(x) ? (x.map(numbers) as number[]) : Number(x));

/** 1e-13 relative, 1e-15 absolute, as the file says. */
function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, want] of expected.entries()) {
    expect(Math.abs(actual[i]! - want), `entry ${i}: ${actual[i]} for ${want}`).toBeLessThanOrEqual(
      1e-15 + 1e-13 * Math.abs(want),
    );
  }
}

const byName = new Map(Object.entries(losses)) as Map<string, unknown> as Map<string, AnyLoss>;
const cases = (golden.cases as readonly unknown[] as readonly Case[]).filter(({ loss }) => loss in losses);

describe("the reference values", () => {
  it("cover the losses that they name", () => {
    const missing = golden.cases.map(({ loss }) => loss).filter((name) => !(name in losses));
    expect(new Set(missing)).toEqual(new Set(["reductions", "huber / delta (torch smooth_l1)"])); // the first is below
  });

  it.each(cases.map((entry, i) => ({ ...entry, name: `${i}: ${entry.loss} ${JSON.stringify(entry.options)}` })))(
    "$name",
    (entry) => {
      const loss = byName.get(entry.loss)!;
      const input = numbers((entry.logits ?? entry.prediction ?? entry.scores ?? entry.error)!);
      // `quantile` speaks of target − prediction: the prediction is 0 there, and the error is the target
      const flipped = entry.loss === "quantile";
      const prediction = array(flipped ? (input as number[]).map(() => 0) : input);
      const labels = LABELLED.includes(entry.loss);
      const target = flipped ? input : entry.targets === undefined ? 0 : numbers(entry.targets);
      const targets = labels ? array(target, { dtype: "i32" }) : target;
      const none = entry.options["reduction"] === "none";
      const total = (z: NDArray): Scalar => {
        const value = loss(z, targets, entry.options);
        return none ? value.sum() : (value as Scalar);
      };
      expectNear(loss(prediction, targets, entry.options).toArray(), flat(entry.value));
      expectNear(grad(total)(prediction).toArray(), flat(entry.gradient));
    },
  );

  it("reductions", () => {
    for (const entry of golden.cases.filter(({ loss }) => loss === "reductions")) {
      const {
        losses: each,
        weights,
        value,
      } = entry as unknown as {
        losses: number[];
        weights: number[];
        value: Record<string, number>;
      };
      const reduced = (options: losses.LossOptions) =>
        reduceLosses("test", array(each), undefined, { weights, ...options });
      expect(reduced({ reduction: "sum" }).item()).toBe(value["sum"]);
      for (const normalizeBy of ["weights", "count", "nonzero"] as const) {
        expect(reduced({ normalizeBy }).item()).toBeCloseTo(value[normalizeBy]!, 15);
      }
    }
  });
});
