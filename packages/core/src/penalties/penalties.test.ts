import { describe, expect, it } from "vitest";
import { array, checkGradient, grad, type NDArray, type Scalar } from "../index.ts";
import { halfSquared } from "../losses/index.ts";
import { linearRegression } from "../models/index.ts";
import { key, normal } from "../random/index.ts";
import { elasticNet, groupLasso, l1, l2, type Penalty, penaltyOf, proximalStep } from "./index.ts";

const X = normal(key(0), [60, 5]);
const y = X.matmul(array([2, -1, 0, 0, 0.3])).add(normal(key(1), [60]).mul(0.1));
const loss = (w: NDArray): Scalar => halfSquared(X.matmul(w), y);

/** Proximal gradient descent with a constant step below 1/L. */
function solve(penalty: Penalty): NDArray {
  let w: NDArray = array([0, 0, 0, 0, 0]);
  for (let i = 0; i < 600; i++) w = penalty.prox(w.sub(grad(loss)(w).mul(0.4)), 0.4);
  return w;
}

/** −∇loss is a subgradient of the penalty at the solution; found by single coordinates and by scaling. */
function isOptimal(w: NDArray, penalty: Penalty): boolean {
  const objective = (v: NDArray) => loss(v).add(penalty.value(v)).item();
  const best = objective(w);
  const moves = Array.from({ length: 40 }, (_, i) => normal(key(i), [5]).mul(10 ** -(1 + (i % 4))));
  return moves.every((move) => objective(w.add(move)) >= best - 1e-14);
}

describe("proximal gradient descent", () => {
  it.each<[string, Penalty]>([
    ["l1", l1(0.1)],
    ["l2", l2(0.1)],
    ["elasticNet", elasticNet({ l1: 0.1, l2: 0.2 })],
    [
      "groupLasso",
      groupLasso(0.1, [
        [0, 1],
        [2, 3],
      ]),
    ],
  ])("with %s ends at the minimum of loss + penalty", (_name, penalty) => {
    expect(isOptimal(solve(penalty), penalty)).toBe(true);
  });

  it("gives exact zeros for l1 and none for l2", () => {
    expect(
      solve(l1(0.1))
        .toArray()
        .map((v) => v === 0),
    ).toEqual([false, false, true, true, false]);
    expect(
      solve(l2(0.1))
        .toArray()
        .some((v) => v === 0),
    ).toBe(false);
  });

  it("with l2 is ridge regression", () => {
    const { coef } = linearRegression({ l2: 0.1, intercept: false }).fit(X, y);
    expect(
      coef
        .sub(solve(l2(0.1)))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-12); // 600 steps of factor < 0.7
  });

  it("drops a group as a whole", () => {
    const w = solve(
      groupLasso(0.1, [
        [0, 1],
        [2, 3],
      ]),
    ).toArray();
    expect(w.slice(2, 4).every((v) => v === 0)).toBe(true);
    expect(w[0]! * w[1]!).not.toBe(0);
  });
});

describe("values", () => {
  const at = [0.5, -1.2, 2];
  it.each<[string, Penalty]>([
    ["l1", l1(0.7)],
    ["l2", l2(0.7)],
    ["elasticNet", elasticNet({ l1: 0.7, l2: 0.3 })],
    ["groupLasso", groupLasso(0.7, [[0, 2]])],
  ])("of %s are differentiable away from kinks", (_name, penalty) => {
    expect(checkGradient((w: NDArray) => penalty.value(w), at).passed).toBe(true);
  });

  it("have the subgradient of least norm at kinks", () => {
    for (const penalty of [l1(1), elasticNet({ l1: 1, l2: 1 }), groupLasso(1, [[0, 1]])]) {
      expect(grad((w: NDArray) => penalty.value(w))([0, 0]).toArray()).toEqual([0, 0]);
    }
  });

  it("of l2 have gradient λw, not 2λw", () => {
    expect(grad((w: NDArray) => l2(3).value(w))([2]).toArray()).toEqual([6]);
  });
});

describe("priors", () => {
  it("are those under which the minimum is the MAP estimate", () => {
    // −log p(w) of each prior against samples/σ² times the penalty, up to the constant at 0
    const w = array([0.5, -2]);
    const [n, noise] = [50, 0.25];
    const laplace = l1(0.3).prior(n, noise) as { scale: number };
    expect(w.abs().sum().item() / laplace.scale).toBeCloseTo((n / noise) * l1(0.3).value(w).item(), 10);
    const gaussian = l2(0.3).prior(n, noise) as { variance: number };
    expect(w.square().sum().item() / (2 * gaussian.variance)).toBeCloseTo((n / noise) * l2(0.3).value(w).item(), 10);
    const group = groupLasso(0.3, [[0, 1]]).prior(n, noise) as { scale: number };
    const density = w.norm().item() / (group.scale / Math.SQRT2);
    expect(density).toBeCloseTo(
      (n / noise) *
        groupLasso(0.3, [[0, 1]])
          .value(w)
          .item(),
      10,
    );
    expect(elasticNet({ l1: 0.3, l2: 0.3 }).prior(n, noise)).toEqual({
      family: "product",
      of: [
        { family: "laplace", ...laplace },
        { family: "gaussian", ...gaussian },
      ].map((p) => ({ ...p })),
    });
  });

  it("need samples", () => {
    expect(() => l1(1).prior(0)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: prior: samples must be an integer of 1 or more, got 0.]`,
    );
  });
});

describe("on trees", () => {
  const params = { layer: { weight: array([1, -2]) as NDArray, bias: array([3]) as NDArray } };
  it("biases are left alone, unless asked for", () => {
    expect(penaltyOf(params, l1(2)).item()).toBe(6);
    expect(penaltyOf(params, l1(2), { on: () => true }).item()).toBe(12);
    const { layer } = proximalStep(params, l1(1), 1.5);
    expect([layer.weight.toArray(), layer.bias.toArray()]).toEqual([[0, -0.5], [3]]);
  });
});
