import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import { initFrom, type Optimizer, perLeaf, type ScalarOrSchedule, type StateOf, sgd } from "./index.ts";

/** A rule as a user writes one: sign of the momentum only, Chen et al. (2023), Algorithm 2. */
function signMomentum(options: {
  learningRate: ScalarOrSchedule;
  beta1?: number;
  beta2?: number;
}): Optimizer<{ mu: NDArray }> {
  const { learningRate, beta1 = 0.9, beta2 = 0.99 } = options;
  return perLeaf({
    name: "signMomentum",
    formula: "w ← w − η·sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g",
    init: (param) => ({ mu: param.zerosLike() }),
    update({ grad, slot: { mu }, at }) {
      const direction = mu
        .mul(beta1)
        .add(grad.mul(1 - beta1))
        .sign();
      return { update: direction.mul(at(learningRate)).neg(), slot: { mu: mu.mul(beta2).add(grad.mul(1 - beta2)) } };
    },
  });
}

interface Model {
  w: NDArray;
  b: Scalar;
}
const loss = (p: Model, x: NDArray) => x.matmul(p.w).add(p.b).square().mean();

describe("a rule of one's own", () => {
  it("runs on a tree, with a schedule, from its formula alone", () => {
    const optimizer = signMomentum({ learningRate: (t) => 0.1 / (1 + t) });
    const x = array([
      [1, 2],
      [3, 4],
    ]);
    const start = initFrom<Model, { mu: NDArray }>(optimizer, { w: [1, -1], b: 0.5 });
    let params = start.params;
    let state: StateOf<typeof optimizer, Model> = start.state;
    const g = grad(loss)(params, x);
    [params, state] = optimizer.step(params, g, state);
    const signs = g.w.toArray().map(Math.sign);
    expect(params.w.toArray()).toEqual([1 - 0.1 * signs[0]!, -1 - 0.1 * signs[1]!]);
    expect(state.slots.b.mu.item()).toBeCloseTo(0.01 * g.b.item(), 15);
    [params, state] = optimizer.step(params, grad(loss)(params, x), state);
    expect(Math.abs(params.w.at(0).item() - (1 - 0.1 * signs[0]!))).toBeCloseTo(0.05, 12);
    expect(state.step.item()).toBe(2);
    expect(optimizer.describe()).toContain("signMomentum: w ← w − η·sign");
  });
});

describe("at", () => {
  it("calls a schedule once per step, with the step, whatever the number of leaves", () => {
    const calls: number[] = [];
    const optimizer = sgd({
      learningRate(step) {
        calls.push(step);
        return 0.1;
      },
    });
    let params: Model = { w: array([1, 2]), b: array(0) as NDArray as Scalar };
    let state = optimizer.init(params);
    for (let i = 0; i < 3; i++) [params, state] = optimizer.step(params, params, state);
    expect(calls).toEqual([0, 1, 2]);
  });

  it("is rounded once, to the width of the leaf", () => {
    const rate = 0.1 + 2 ** -40; // not a number of f32
    const w = array([3], { dtype: "f32" }) as NDArray;
    const optimizer = sgd({ learningRate: rate });
    const { updates } = optimizer.update(w, optimizer.init(w), w);
    expect(updates.dtype).toBe("f32");
    expect(updates.item()).toBe(-Math.fround(3 * Math.fround(rate)));
  });

  it("names the step at which a schedule is not finite", () => {
    const optimizer = sgd({ learningRate: (t) => 1 / (1 - t) });
    let w: NDArray = array([1]);
    let state = optimizer.init(w);
    [w, state] = optimizer.step(w, w, state);
    expect(() => optimizer.step(w, w, state)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: sgd: a schedule (learningRate) is Infinity at step 1. Schedules are called with the step, counted from 0, and must return a finite number.]`,
    );
  });
});

describe("gradients of another model", () => {
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  const params: Model = { w: array([1, 2]), b: array(0) as NDArray as Scalar };
  const state = optimizer.init(params);

  it("are refused with the leaf", () => {
    expect(() => optimizer.step(params, { ...params, w: array([1]) }, state)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd: the gradient of "w" has shape [1] but the parameter has [2]. Gradients and parameters must come from the same model.]`,
    );
    expect(() => optimizer.step(params, { w: params.w } as Model, state)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd: there is no gradient for "b". Parameters, gradients and state must come from the same model; init(params) makes a new state.]`,
    );
    const more = { ...params, v: params.w };
    expect(() => optimizer.step(params, more, state)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd: there is a gradient, but no parameter, for "v". Parameters, gradients and state must come from the same model; init(params) makes a new state.]`,
    );
    const other = optimizer.init({ w: params.w }) as never;
    expect(() => optimizer.step(params, params, other)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd: the state holds nothing for "b". Parameters, gradients and state must come from the same model; init(params) makes a new state.]`,
    );
    expect(() => optimizer.init({ k: array([1], { dtype: "i32" }) } as never)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd: "k" is i32; only floats can be optimized. Keep it outside of the parameters, or convert it with astype("f32").]`,
    );
  });

  it("one array is a tree too", () => {
    const w: NDArray = array([1, 2]);
    expect(() => optimizer.step(w, array([1]), optimizer.init(w))).toThrow("gradient of the parameter has shape [1]");
  });
});
