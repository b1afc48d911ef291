// What every proximal operator is, held to its definition; and mistakes that must be found.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, compile, type NDArray } from "../index.ts";
import { elasticNet, l1, l2Norm, l2Squared, type Proximable } from "./index.ts";

const functions: Readonly<Record<string, Proximable>> = {
  l1: l1(0.7),
  "l1 of 0": l1(0),
  l2Squared: l2Squared(1.5),
  elasticNet: elasticNet({ l1: 0.5, l2: 2 }),
  l2Norm: l2Norm(1.2),
  "l2Norm of groups": l2Norm(0.9, [[0, 2], [3]]),
};

const vectors = fc.array(
  fc.integer({ min: -40, max: 40 }).map((v) => v / 10),
  { minLength: 4, maxLength: 4 },
);
const times = fc.constantFrom(0.01, 0.5, 1, 3);

const laws: Readonly<Record<string, (f: Proximable) => fc.IProperty<unknown>>> = {
  "the prox is better than every point near it and far from it": (f) =>
    fc.property(vectors, vectors, times, fc.constantFrom(1, 1e-2, 1e-4), ([...v], direction, t, size) => {
      const objective = (x: NDArray) => f.value(x) + x.sub(v).square().sum().item() / (2 * t);
      const best = f.prox(array(v), t);
      return objective(best) <= objective(best.add(array(direction).mul(size))) + 1e-12;
    }),
  "firmly non-expansive: ‖p − q‖² ≤ (p − q)·(v − w)": (f) =>
    fc.property(vectors, vectors, times, (v, w, t) => {
      const gap = f.prox(array(v), t).sub(f.prox(array(w), t));
      return gap.square().sum().item() <= gap.dot(array(v).sub(w)).item() + 1e-12;
    }),
  "compiled it gives the same bits": (f) =>
    fc.property(vectors, times, (v, t) => {
      const prox = compile((x: NDArray) => f.prox(x, t));
      return String(prox(v).toArray()) === String(f.prox(array(v), t).toArray());
    }),
};

for (const [name, f] of Object.entries(functions)) {
  describe(name, () => {
    for (const [law, property] of Object.entries(laws)) it(law, () => fc.assert(property(f), { numRuns: 100 }));
    it("keeps the shape and the width", () => {
      const v = array(
        [
          [1, -2],
          [3, 0.1],
        ],
        { dtype: "f32" },
      ) as NDArray;
      const p = f.prox(v, 0.5);
      expect([p.dtype, p.shape]).toEqual(["f32", [2, 2]]);
    });
  });
}

describe("planted mistakes are caught", () => {
  const best = "the prox is better than every point near it and far from it";
  it.each<[string, Proximable]>([
    ["a threshold of λ whatever the step", { ...l1(0.7), prox: (v) => l1(0.7).prox(v, 1) }],
    ["½λ‖x‖² with the factor of λ‖x‖²", { ...l2Squared(1.5), prox: (v, t) => v.div(1 + 2 * t * 1.5) }],
    [
      "shrinkage before the threshold",
      { ...elasticNet({ l1: 0.5, l2: 2 }), prox: (v, t) => l1(0.5).prox(v.div(1 + 2 * t), t) },
    ],
    ["one norm for all groups", { ...l2Norm(0.9, [[0, 2], [3]]), prox: (v, t) => l2Norm(0.9).prox(v, t) }],
  ])("%s", (_name, wrong) => expect(fc.check(laws[best]!(wrong), { numRuns: 300 }).failed).toBe(true));

  it("a hard threshold is not firmly non-expansive", () => {
    const hard: Proximable = {
      ...l1(0.7),
      prox: (v, t) =>
        v.mul(
          v
            .abs()
            .greater(0.7 * t)
            .astype("f64"),
        ),
    };
    const law = laws["firmly non-expansive: ‖p − q‖² ≤ (p − q)·(v − w)"]!;
    expect(fc.check(law(hard), { numRuns: 1000 }).failed).toBe(true);
  });
});

it("options are checked", () => {
  expect(() => l1(-1)).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: l1: lambda must be a number of 0 or more, got -1.]`,
  );
  expect(() => l2Norm(1, [[0, 1], [1]])).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: l2Norm: 1 (group 1) is in two groups. Groups hold positions from 0 on, each once.]`,
  );
  expect(() => l2Norm(1, [[9]]).prox(array([1, 2]), 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: l2Norm: group 0 holds position 9, but the array has 2 entries.]`,
  );
});
