// What every proximal operator is, held to its definition; and mistakes that must be found.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, compile, type NDArray } from "../index.ts";
import { sparse } from "../linalg/index.ts";
import {
  affine,
  ball,
  box,
  conjugate,
  elasticNet,
  fromScalarFunction,
  halfspace,
  huberPenalty,
  l1,
  l2Norm,
  l2Squared,
  logisticLoss,
  nonnegative,
  nuclearNorm,
  type Proximable,
  quadratic,
  scaled,
  separable,
  simplex,
  squaredLoss,
  sumAtMost,
  sumEquals,
  totalVariation,
  translated,
} from "./index.ts";

/** Array operations alone. */
const penalties: Readonly<Record<string, Proximable>> = {
  l1: l1(0.7),
  "l1 of 0": l1(0),
  l2Squared: l2Squared(1.5),
  elasticNet: elasticNet({ l1: 0.5, l2: 2 }),
  l2Norm: l2Norm(1.2),
  "l2Norm of groups": l2Norm(0.9, [[0, 2], [3]]),
  huberPenalty: huberPenalty(1.3, 0.6),
  scaled: scaled(elasticNet({ l1: 0.5, l2: 2 }), 0.7),
  translated: translated(l1(0.7), [0.5, -1, 0, 2]),
  box: box(-1, [0.5, 1, 2, Infinity]),
  nonnegative: nonnegative(),
  sumEquals: sumEquals(1.5),
  sumAtMost: sumAtMost(0.5),
};

const tall = [
  [1, 0.5, -1, 0],
  [0, 2, 1, 1],
  [1, 1, 0, 3],
  [-1, 0, 0.5, 1],
  [2, 1, 1, 0],
];
const wide = tall.slice(0, 2);
const P = [
  [2, 0.5, 0, 0],
  [0.5, 1, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 3],
];
/** Of a 2 × 2 matrix, for vectors of four. */
const asMatrix = (f: Proximable): Proximable => ({
  ...f,
  value: (x) => f.value(x.reshape(2, 2)),
  prox: (v, t) => f.prox(v.reshape(2, 2), t).reshape(...v.shape),
});

/** What computes with values: sets and data terms. */
const sets: Readonly<Record<string, Proximable>> = {
  totalVariation: totalVariation(0.8),
  "nuclearNorm of a matrix": asMatrix(nuclearNorm(0.9)),
  simplex: simplex(2),
  "sumEquals of columns": asMatrix(sumEquals([1, -1])),
  "ball of norm 1": ball({ norm: 1, radius: 1.5 }),
  "ball of norm 2": ball({ norm: 2, radius: 1.5, center: [1, 0, 0, -1] }),
  "ball of norm inf": ball({ norm: "inf", radius: 0.5 }),
  halfspace: halfspace([1, -2, 0, 1], 0.5),
  affine: affine(wide, [1, -1]),
  "affine with a row twice": affine([...wide, wide[0]!], [1, -1, 1]),
  "squaredLoss of many rows": squaredLoss(tall, [1, 2, -1, 0, 3]),
  "squaredLoss of many columns": squaredLoss(wide, [1, 2]),
  "squaredLoss of a sparse matrix": squaredLoss(
    sparse({ shape: [3, 4], rows: [0, 1, 2, 2], columns: [1, 3, 0, 1], values: [2, 1, -1, 3] }),
    [1, 2, 3],
  ),
  quadratic: quadratic(P, [1, -1, 0.5, 2]),
  "logisticLoss of many rows": logisticLoss(tall, [1, -1, 1, 1, -1]),
  "logisticLoss of many columns": logisticLoss(wide, [1, -1]),
  separable: separable([
    { size: 3, f: l2Norm(0.5) },
    { size: 1, f: nonnegative() },
  ]),
  fromScalarFunction: fromScalarFunction({
    name: "root",
    value: (x) => 3 * Math.sqrt(x),
    slope: (x) => 1.5 / Math.sqrt(x),
    lower: 0,
    upper: 2,
  }),
  "conjugate of l1": conjugate(l1(0.7)),
  "conjugate of l2Squared": conjugate(l2Squared(2)),
};
const functions: Readonly<Record<string, Proximable>> = { ...penalties, ...sets };

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
      const lowest = objective(best);
      // sums of squares of f64; the value of a conjugate is a limit, known to ten digits
      const rounding = (f.name.startsWith("conjugate") ? 1e-9 : 1e-12) * Math.max(1, Math.abs(lowest));
      return lowest < Infinity && lowest <= objective(best.add(array(direction).mul(size))) + rounding;
    }),
  "firmly non-expansive: ‖p − q‖² ≤ (p − q)·(v − w)": (f) =>
    fc.property(vectors, vectors, times, (v, w, t) => {
      const gap = f.prox(array(v), t).sub(f.prox(array(w), t));
      return gap.square().sum().item() <= gap.dot(array(v).sub(w)).item() + 1e-11;
    }),
};

const compiled = (f: Proximable) =>
  fc.property(vectors, times, (v, t) => {
    const prox = compile((x: NDArray) => f.prox(x, t));
    return String(prox(v).toArray()) === String(f.prox(array(v), t).toArray());
  });

for (const [name, f] of Object.entries(functions)) {
  describe(name, () => {
    for (const [law, property] of Object.entries(laws)) it(law, () => fc.assert(property(f), { numRuns: 100 }));
    if (name in penalties) it("compiled it gives the same bits", () => fc.assert(compiled(f), { numRuns: 30 }));
    it("keeps the shape and the width", () => {
      const v = array([1, -2, 3, 0.1], { dtype: "f32" }) as NDArray;
      const p = f.prox(v, 0.5);
      expect([p.dtype, p.shape]).toEqual(["f32", [4]]);
    });
  });
}

// conjugates in closed form, against which no code of ours is used
const pairs: Readonly<Record<string, readonly [f: Proximable, conjugate: Proximable]>> = {
  "l1 and a box": [l1(0.7), box(-0.7, 0.7)],
  "the norm and a ball": [l2Norm(1.2), ball({ norm: 2, radius: 1.2 })],
  "½λx² and x²/2λ": [l2Squared(2), l2Squared(0.5)],
  "x ≥ 0 and y ≤ 0": [nonnegative(), box(-Infinity, 0)],
  "a box and l1": [ball({ norm: "inf", radius: 0.5 }), l1(0.5)],
  "the nuclear norm and a spectral ball": [
    asMatrix(nuclearNorm(0.9)),
    asMatrix({ ...conjugate(nuclearNorm(0.9)), name: "spectral ball" }),
  ],
};
const moreau = ([f, dual]: readonly [Proximable, Proximable]) =>
  fc.property(vectors, times, (v, t) => {
    const sum = f.prox(array(v), t).add(dual.prox(array(v).div(t), 1 / t).mul(t));
    return sum.sub(v).abs().max().item() <= 1e-12; // sums of numbers of size 10
  });
describe("Moreau: v = prox of t·f + t·(prox of f*/t at v/t)", () => {
  for (const [name, pair] of Object.entries(pairs)) it(name, () => fc.assert(moreau(pair), { numRuns: 100 }));
  it("a conjugate with the wrong radius is found", () => {
    expect(fc.check(moreau([l1(0.7), box(-0.71, 0.71)]), { numRuns: 100 }).failed).toBe(true);
  });
  it("the value of a conjugate is its closed form", () => {
    const y = array([0.5, -0.3, 0.2, 0.1]);
    expect(conjugate(l2Squared(2)).value(y)).toBeCloseTo(y.square().sum().item() / 4, 9);
    expect(conjugate(l1(0.6)).value(y)).toBeCloseTo(0, 12);
    expect(conjugate(l1(0.4)).value(y)).toBe(Infinity);
    expect(conjugate(ball({ norm: "inf", radius: 2 })).value(y)).toBeCloseTo(2 * 1.1, 12);
  });
});

describe("planted mistakes are caught", () => {
  const best = "the prox is better than every point near it and far from it";
  it.each<[string, Proximable]>([
    ["a threshold of λ whatever the step", { ...l1(0.7), prox: (v) => l1(0.7).prox(v, 1) }],
    ["½λ‖x‖² with the factor of λ‖x‖²", { ...l2Squared(1.5), prox: (v, t) => v.div(1 + 2 * t * 1.5) }],
    [
      "shrinkage before the threshold",
      { ...elasticNet({ l1: 0.5, l2: 2 }), prox: (v, t) => l1(0.5).prox(v.div(1 + 2 * t), t) },
    ],
    [
      "a linear tail of slope λ instead of λδ",
      { ...huberPenalty(1.3, 0.6), prox: (v, t) => huberPenalty(1.3, 1).prox(v, t) },
    ],
    ["a projection onto x ≥ 0 before the sum", { ...simplex(2), prox: (v, t) => sumEquals(2).prox(v.relu(), t) }],
    ["the sum moved where it is small enough", { ...sumAtMost(0.5), prox: (v, t) => sumEquals(0.5).prox(v, t) }],
    [
      "(AᵀA + t·I)⁻¹",
      { ...squaredLoss(tall, [1, 2, -1, 0, 3]), prox: (v, t) => squaredLoss(tall, [1, 2, -1, 0, 3]).prox(v, 1 / t) },
    ],
    [
      "Woodbury's identity without 1/shift",
      { ...squaredLoss(wide, [1, 2]), prox: (v, t) => squaredLoss(wide, [1, 2]).prox(v, t).mul(t) },
    ],
    ["total variation with λ/2", { ...totalVariation(0.8), prox: (v, t) => totalVariation(0.4).prox(v, t) }],
    [
      "a conjugate with t for 1/t",
      { ...conjugate(l2Squared(2)), prox: (v, t) => v.sub(l2Squared(2).prox(v.div(t), t).mul(t)) },
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

it("ill-posed input is named, with what to do", () => {
  const calls: readonly (readonly [string, () => unknown])[] = [
    ["bounds exchanged", () => box([0, 3], [1, 2])],
    ["labels 0 and 1", () => logisticLoss([[1], [2]], [0, 1])],
    ["NaN in A", () => squaredLoss([[1, Number.NaN]], [1])],
    ["b too long", () => squaredLoss([[1, 2]], [1, 2])],
    ["x too short", () => squaredLoss([[1, 2]], [1]).prox(array([1]), 1)],
    [
      "contradicting equations",
      () =>
        affine(
          [
            [1, 1],
            [1, 1],
          ],
          [1, 2],
        ),
    ],
    [
      "an indefinite P",
      () =>
        quadratic(
          [
            [1, 2],
            [2, 1],
          ],
          [0, 0],
        ),
    ],
    [
      "an asymmetric P",
      () =>
        quadratic(
          [
            [1, 2],
            [0, 1],
          ],
          [0, 0],
        ),
    ],
    ["no normal", () => halfspace([0, 0], 1)],
    ["a ball without a norm", () => ball({ radius: 1 } as never)],
    ["a total of 0", () => simplex(0)],
    ["totals for other columns", () => sumEquals([1, 2]).prox(array([1, 2, 3]), 1)],
    ["a conjugate of what is not convex", () => conjugate({ ...l1(1), convex: false })],
    ["no part", () => separable([])],
  ];
  expect(calls.map(([what, call]) => `${what}: ${thrownBy(call)}`)).toMatchInlineSnapshot(`
    [
      "bounds exchanged: OptionError: box: entry 1 has no number between lower and upper. Exchange them, or use ±Infinity for none.",
      "labels 0 and 1: OptionError: logisticLoss: labels are -1 and 1, but entry 0 of y is 0.",
      "NaN in A: OptionError: squaredLoss: A[0, 1] is NaN. Impute or drop the row: entries must be finite.",
      "b too long: ShapeError: squaredLoss: A has 1 rows and b 2 entries.",
      "x too short: ShapeError: squaredLoss: x has 1 entries, but 2 are expected.",
      "contradicting equations: DomainError: affine: no x satisfies A·x = b, [2, 2]: the nearest one misses an equation by 0.5. Rows of A that depend on each other contradict each other; drop some.",
      "an indefinite P: DomainError: quadratic: P is not positive semi-definite: its smallest eigenvalue is -1, so the function is not convex.",
      "an asymmetric P: DomainError: quadratic: P is not symmetric: P[1, 0] is 0, P[0, 1] is 2. Give ½(P + Pᵀ), which has the same value.",
      "no normal: OptionError: halfspace: a is 0, which is the normal of no half-space.",
      "a ball without a norm: OptionError: ball: norm is required.",
      "a total of 0: OptionError: simplex: total must be positive, got 0.",
      "totals for other columns: ShapeError: sumEquals: 2 totals for an array of shape [3].",
      "a conjugate of what is not convex: OptionError: conjugate: l1 is not convex, so its proximal operator does not give that of its conjugate.",
      "no part: OptionError: separable: there is no part; each part needs a size of 1 or more.",
    ]
  `);
});

function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return "nothing";
}

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
