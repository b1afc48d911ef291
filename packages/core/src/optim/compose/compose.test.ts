import { describe, expect, it } from "vitest";
import { array, compile, grad, type LeafRole, type NDArray, zeros } from "../../index.ts";
import {
  accumulate,
  acrossLeaves,
  adam,
  adamw,
  averaged,
  byRole,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  freeze,
  lion,
  lookahead,
  muon,
  type Optimizer,
  partition,
  type Route,
  scheduleFree,
  sgd,
  skipNonFinite,
  stateBytes,
  withRoles,
} from "../index.ts";

interface Model {
  embed: NDArray;
  hidden: NDArray;
  norm: NDArray;
}
const model = (): Model => ({ embed: zeros([3, 2]).add(1), hidden: zeros([2, 2]).add(2), norm: array([3, 3]) });
const roles: Record<keyof Model, LeafRole> = { embed: "embedding", hidden: "matrix", norm: "norm" };
const w0: NDArray = array([3, -4]);

function stepsOf<S>(optimizer: Optimizer<S>, gradients: readonly NDArray[], start: NDArray = w0): NDArray {
  let w = start;
  let state = optimizer.init(w);
  for (const g of gradients) [w, state] = optimizer.step(w, g, state);
  return w;
}

describe("clipping", () => {
  const g: NDArray = array([3, -4]); // norm 5
  const clipped = (o: Optimizer<undefined>, x: NDArray = g) => o.update(x, o.init(x), x).updates.toArray();
  it("limits entries, or lengths, and leaves shorter gradients alone", () => {
    expect(clipped(clipByValue(3.5))).toEqual([3, -3.5]);
    expect(clipped(clipByNorm(2.5))).toEqual([1.5, -2]);
    expect(clipped(clipByGlobalNorm(2.5))).toEqual([1.5, -2]);
    for (const o of [clipByValue(5), clipByNorm(5.5), clipByGlobalNorm(5.5)]) expect(clipped(o)).toEqual([3, -4]);
  });
  it("of all leaves keeps their proportions, in their widths", () => {
    const grads = { a: array([30]) as NDArray, b: array([40], { dtype: "f32" }) as NDArray };
    const o = clipByGlobalNorm(5);
    const { updates } = o.update(grads, o.init(grads), grads);
    expect([updates.a.item(), updates.b.item()]).toEqual([3, 4]);
    expect([updates.a.dtype, updates.b.dtype]).toEqual(["f64", "f32"]);
  });
  it("answers gradients of 0, and of 1e200, with what is right", () => {
    expect(clipped(clipByGlobalNorm(1), array([0, 0]))).toEqual([0, 0]);
    const huge = clipped(clipByGlobalNorm(1), array([3e200, 4e200]));
    expect(huge[0]).toBeCloseTo(0.6, 14);
  });
  it("comes before momentum in a chain", () => {
    const o = chain(clipByValue(1), sgd({ learningRate: 1, momentum: 0.5 }));
    expect(stepsOf(o, [array([10, 0]), array([10, 0])]).toArray()).toEqual([3 - 1 - 1.5, -4]);
  });
});

describe("chain", () => {
  it("keeps a state for each part", () => {
    const o = chain(clipByGlobalNorm(1), adamw({ learningRate: 0.1 }));
    const mu: NDArray = o.init(model()).slots.hidden[1].mu;
    expect(mu.shape).toEqual([2, 2]);
  });
  it("shows every option, and the formula of every part", () => {
    const o = chain(clipByGlobalNorm(1), lion({ learningRate: (t) => 0.1 / (1 + t), weightDecay: 0.5 }));
    const [, state] = o.step(w0, w0, o.init(w0));
    expect(o.values(state)).toEqual({ learningRate: 0.05, weightDecay: 0.5 });
    expect(o.describe()).toMatchInlineSnapshot(`
      "chain:
        clipByGlobalNorm: g ← g·min(1, 1/‖all g‖)
        lion: w ← w − η(t)·sign(0.9·m + (1 − 0.9)·g) − η(t)·0.5·w;  m ← 0.99·m + (1 − 0.99)·g"
    `);
  });
  it("puts the name of a part before an option that another part has too", () => {
    const o = chain(sgd({ learningRate: 1 }), sgd({ learningRate: 2 }));
    const values = o.values(o.init(w0));
    expect([values["learningRate"], values["sgd.learningRate"]]).toEqual([1, 2]);
  });
  it("scales the change once", () => {
    const o = chain(sgd({ learningRate: 1 }), sgd({ learningRate: 1 }));
    expect(o.update(w0, o.init(w0), w0, { rateScale: 0.5 }).updates.toArray()).toEqual([1.5, -2]);
  });
  it("refuses to be empty, and what is no optimizer of this library", () => {
    expect(() => chain()).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: chain: there are no parts. The last one needs a learning rate: chain(clipByGlobalNorm(1), adam({ … })).]`,
    );
    expect(() => chain({ name: "mine" } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: chain: "mine" is no optimizer of this library. Make one with perLeaf or acrossLeaves; they can be composed.]`,
    );
  });
});

describe("accumulate", () => {
  it("is one step with the mean gradient", () => {
    const inner = adam({ learningRate: (t) => 0.1 / (1 + t) });
    const gradients = [array([1, 2]), array([3, -2]), array([5, 5]), array([1, 1])] as NDArray[];
    const whole = stepsOf(inner, [array([2, 0]), array([3, 3])]);
    expect(stepsOf(accumulate(2, inner), gradients).toArray()).toEqual(whole.toArray());
  });
  it("moves nothing in between, not even the inner state", () => {
    const o = accumulate(3, adam({ learningRate: 0.1 }));
    const [w, state] = o.step(w0, array([1, 1]), o.init(w0));
    expect(w.toArray()).toEqual(w0.toArray());
    expect(state.slots.inner.nu.toArray()).toEqual([0, 0]);
    expect(state.slots.sum.toArray()).toEqual([1, 1]);
  });
});

describe("averaged", () => {
  it("gives the parameters themselves before the first step, then their corrected mean", () => {
    const o = averaged(sgd({ learningRate: 1 }), { decay: 0.5 });
    let state = o.init(w0);
    expect(o.evalParams(w0, state).toArray()).toEqual([3, -4]);
    let w: NDArray;
    [w, state] = o.step(w0, array([1, 0]), state); // [2, −4]
    expect(o.evalParams(w, state).toArray()).toEqual([2, -4]);
    [w, state] = o.step(w, array([1, 0]), state); // [1, −4]
    expect(o.evalParams(w, state).at(0).item()).toBeCloseTo((0.25 * 2 + 0.5 * 1) / 0.75, 14);
  });
});

describe("lookahead", () => {
  it("moves the slow weights at every k-th step, and starts again from there", () => {
    const o = lookahead(sgd({ learningRate: 1 }), { every: 2, rate: 0.5 });
    let w: NDArray = array([0]);
    let state = o.init(w);
    const one: NDArray = array([-1]);
    [w, state] = o.step(w, one, state);
    expect([w.item(), o.evalParams(w, state).item()]).toEqual([1, 0]);
    [w, state] = o.step(w, one, state);
    expect([w.item(), o.evalParams(w, state).item()]).toEqual([1, 1]);
  });
});

describe("skipNonFinite", () => {
  const good: NDArray = array([1, 1]);
  const bad: NDArray = array([Number.NaN, 1]);
  it("leaves out a step as if it had not been, schedules and corrections too", () => {
    const inner = adam({ learningRate: (t) => 0.1 / (1 + t) });
    const o = skipNonFinite(inner);
    expect(stepsOf(o, [good, bad, good, bad]).toArray()).toEqual(stepsOf(inner, [good, good]).toArray());
  });
  it("counts, and shows the count and the time of the inner rule", () => {
    const o = skipNonFinite(chain(clipByGlobalNorm(1), sgd({ learningRate: (t) => t + 1 })));
    let [w, state] = [w0, o.init(w0)];
    for (const g of [good, bad, array([Infinity, 0]) as NDArray, good]) [w, state] = o.step(w, g, state);
    expect(o.values(state)).toMatchObject({ learningRate: 3, skipped: 2 });
    expect(state.step.item()).toBe(4);
  });
  it("skips all leaves together", () => {
    const o = skipNonFinite(sgd({ learningRate: 1 }));
    const params = { a: array([1]) as NDArray, b: array([1]) as NDArray };
    const [next] = o.step(params, { a: array([Number.NaN]), b: array([1]) }, o.init(params));
    expect(next.b.item()).toBe(1);
  });
  it("decides at run time in a compiled step, traced once", () => {
    const o = skipNonFinite(adam({ learningRate: 0.1 }));
    const start = o.init(w0);
    const step = compile((w: NDArray, g: NDArray, s: typeof start) => o.step(w, g, s));
    let [w, s] = [w0, start];
    for (const g of [good, bad, good]) [w, s] = step(w, g, s);
    expect(w.toArray()).toEqual(stepsOf(o, [good, bad, good]).toArray());
    expect([step.stats.signatures, s.slots.skipped.item()]).toEqual([1, 1]);
  });
  it("without it, one bad gradient is the end: the check has something to see", () => {
    expect(stepsOf(adam({ learningRate: 0.1 }), [good, bad, good]).toArray()[0]).toBeNaN();
  });
});

describe("partition, freeze and roles", () => {
  const route: Route<"muon" | "adamw"> = byRole<Model, "muon" | "adamw">(roles, (r) =>
    r === "matrix" ? "muon" : "adamw",
  );
  const mixed = partition(route, { muon: muon({ learningRate: 0.02 }), adamw: adamw({ learningRate: 0.1 }) });

  it("give every leaf to exactly one part", () => {
    const params = model();
    const state = mixed.init(params);
    expect(Object.keys(state.slots.hidden)).toEqual(["mu"]);
    expect(Object.keys(state.slots.embed)).toEqual(["mu", "nu"]); // 2-D, and yet not Muon's
    const [next] = mixed.step(params, params, state);
    const alone = adamw({ learningRate: 0.1 });
    const [same] = alone.step(params.embed, params.embed, alone.init(params.embed));
    expect(next.embed.toArray()).toEqual(same.toArray());
    expect(mixed.values(state)).toMatchObject({ "muon.learningRate": 0.02, "adamw.learningRate": 0.1 });
  });

  it("name the leaf that goes nowhere", () => {
    const lost = partition((path) => (path === "norm" ? "admw" : "adamw") as "adamw", {
      adamw: adamw({ learningRate: 1 }),
    });
    expect(() => lost.init(model())).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: partition: the route sends "norm" to "admw", but the parts are adamw. Did you mean "adamw"?]`,
    );
    expect(() => mixed.init({ other: w0 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: byRole: there is no role for "other"; roles are given for embed, hidden, norm. Parameters and roles must come from the same model.]`,
    );
  });

  it("freeze keeps the very array, and no state", () => {
    const o = freeze(sgd({ learningRate: 1, momentum: 0.9 }), (path) => path === "embed");
    const params = model();
    const state = o.init(params);
    expect(state.slots.embed).toBeUndefined();
    const [next] = o.step(params, params, state);
    expect(next.embed).toBe(params.embed);
    expect(next.norm.toArray()).toEqual([0, 0]);
    expect(stateBytes(o, params).perLeaf).toEqual({ embed: 0, hidden: 32, norm: 16 });
  });

  it("AdamW leaves norms alone once it is told what they are", () => {
    const params = model();
    const still = { embed: zeros([3, 2]), hidden: zeros([2, 2]), norm: zeros([2]) };
    const o = adamw({ learningRate: 0.1, weightDecay: 0.5 });
    const told = withRoles<Model, unknown>(o as Optimizer<unknown>, roles);
    const [blind] = o.step(params, still, o.init(params));
    const [seeing] = told.step(params, still, told.init(params));
    expect(blind.norm.at(0).item()).toBeCloseTo(3 * 0.95, 14);
    expect(seeing.norm.toArray()).toEqual([3, 3]);
    expect(seeing.hidden.toArray()).toEqual(blind.hidden.toArray());
  });
});

describe("acrossLeaves", () => {
  it("names a rule that loses a leaf", () => {
    const lossy = acrossLeaves({ name: "lossy", formula: "", update: (grads) => grads.slice(1) });
    expect(() => lossy.update(w0, lossy.init(w0), w0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lossy: the rule returned 0 arrays for 1 leaves. It must return one for each, in the same order.]`,
    );
  });
});

describe("scheduleFree", () => {
  it("refuses bases that it cannot weigh, or that have points of their own", () => {
    expect(() => scheduleFree(clipByValue(1))).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: scheduleFree: the base clipByValue has no learning rate of its own, by which steps are weighed. Give sgd, adamw, or another rule with a learning rate.]`,
    );
    expect(() => scheduleFree(averaged(sgd({ learningRate: 1 }), { decay: 0.5 }))).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: scheduleFree: the base averaged has points of its own to evaluate or to take gradients at. Give sgd, adamw, or another rule with a learning rate.]`,
    );
    expect(() => scheduleFree(sgd({ learningRate: 1 }), { beta: 1 })).toThrow("beta must be below 1");
  });
  it("starts with a rate of 0 without 0/0", () => {
    const o = scheduleFree(sgd({ learningRate: (t) => t }));
    expect(stepsOf(o, [array([1, 1])]).toArray()).toEqual([3, -4]);
  });
  it("takes a chain as its base, and any length of run", () => {
    const o = scheduleFree(chain(clipByGlobalNorm(1), sgd({ learningRate: 0.5 })));
    let [y, state] = [w0, o.init(w0)];
    for (let t = 0; t < 300; t++) [y, state] = o.step(y, grad((w: NDArray) => w.square().sum())(y), state);
    expect(o.evalParams(y, state).norm().item()).toBeLessThan(0.05);
  });
  it("stays within 5e-15 of the form with three arrays for 1000 steps", () => {
    const [beta, rate] = [0.9, 0.02];
    const o = scheduleFree(sgd({ learningRate: rate }));
    let [y, state] = [w0, o.init(w0)];
    let [x, z] = [
      [3, -4],
      [3, -4],
    ];
    for (let t = 1; t <= 1000; t++) {
      [y, state] = o.step(y, y.mul([1, 10]), state);
      const at = z.map((v, i) => (1 - beta) * v + beta * x[i]!);
      z = z.map((v, i) => v - rate * [1, 10][i]! * at[i]!);
      x = x.map((v, i) => (1 - 1 / t) * v + z[i]! / t);
    }
    const found = o.evalParams(y, state).toArray();
    for (const [i, v] of x.entries()) expect(Math.abs(found[i]! - v)).toBeLessThan(5e-15 * 4); // values begin at 4
  });
});

describe("stateBytes", () => {
  it("counts what init makes, in the width of the leaf", () => {
    const params = { w: zeros([10, 10], { dtype: "f32" }) as NDArray, b: zeros([10]) };
    expect(stateBytes(adam({ learningRate: 1 }), params)).toEqual({ total: 960, perLeaf: { w: 800, b: 160 } });
    expect(stateBytes(adam({ learningRate: 1, beta1: 0 }), params).total).toBe(480);
    expect(stateBytes(sgd({ learningRate: 1 }), params).total).toBe(0);
  });
});
