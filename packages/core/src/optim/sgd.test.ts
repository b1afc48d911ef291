import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import { sgd } from "./index.ts";

const quadratic = (p: NDArray): Scalar => p.square().mul([0.5, 10]).sum();

describe("sgd", () => {
  it("averaging is the heavy ball with rate η(1 − μ), with Nesterov too", () => {
    const slope = grad(quadratic);
    for (const nesterov of [false, true]) {
      const pair = [
        sgd({ learningRate: 0.2, momentum: 0.75, form: "average", nesterov }),
        sgd({ learningRate: 0.05, momentum: 0.75, nesterov }),
      ];
      const [average, heavy] = pair.map((optimizer) => {
        let w: NDArray = array([8, 3]);
        let state = optimizer.init(w);
        for (let i = 0; i < 30; i++) [w, state] = optimizer.step(w, slope(w), state);
        return w.toArray();
      });
      for (const [i, v] of average!.entries()) expect(v).toBeCloseTo(heavy![i]!, 12);
    }
  });

  it("look-ahead passes the points of nesterov: true in its gradParams", () => {
    const slope = grad(quadratic);
    const stored = sgd({ learningRate: 0.05, momentum: 0.75, nesterov: true });
    const ahead = sgd({ learningRate: 0.05, momentum: 0.75, nesterov: "look-ahead" });
    let p: NDArray = array([8, 3]);
    let w: NDArray = array([8, 3]);
    let [s, t] = [stored.init(p), ahead.init(w)];
    for (let i = 0; i < 20; i++) {
      const point = ahead.gradParams(w, t);
      for (const [k, v] of point.toArray().entries()) expect(v).toBeCloseTo(p.at(k).item(), 12);
      [p, s] = stored.step(p, slope(p), s);
      [w, t] = ahead.step(w, slope(point), t);
    }
    expect(w.sub(p).abs().max().item()).toBeGreaterThan(1e-3); // the stored points differ
  });

  it("allocates no buffer that it does not need", () => {
    const w: NDArray = array([1, 2]);
    expect(sgd({ learningRate: 1 }).init(w).slots).toEqual({ velocity: undefined });
    expect(sgd({ learningRate: 1, momentum: 0.9 }).init(w).slots.velocity?.toArray()).toEqual([0, 0]);
  });

  it("shows its formula and its current values", () => {
    const schedule = (t: number) => 1 / (1 + t);
    const optimizer = sgd({ learningRate: schedule, momentum: 0.9, weightDecay: 0.01 });
    const w: NDArray = array([1]);
    const [, state] = optimizer.step(w, w, optimizer.init(w));
    expect(optimizer.values(state)).toEqual({ learningRate: 0.5, momentum: 0.9, weightDecay: 0.01 });
    expect(optimizer.describe()).toBe("sgd: g ← g + 0.01·w;  b ← 0.9·b + g;  w ← w − η(t)·b");
    expect(sgd({ learningRate: 0.1 }).describe()).toBe("sgd: w ← w − 0.1·g");
    expect(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }).describe()).toBe(
      "sgd: b ← 0.9·b + g;  w ← w − 0.1·(g + 0.9·b)",
    );
  });

  it("refuses what makes no sense, all at once", () => {
    expect(() => sgd({} as never)).toThrowErrorMatchingInlineSnapshot(`[OptionError: sgd: learningRate is required.]`);
    expect(() => sgd({ learningRate: -1, lr: 2 } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: sgd: unknown option "lr". learningRate must be 0 or more, got -1.]`,
    );
    expect(() => sgd({ learningRate: 1, nesterov: true })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: sgd: nesterov needs momentum above 0 and dampening 0.]`,
    );
    expect(() =>
      sgd({ learningRate: 1, momentum: 0.9, form: "average", dampening: 0.1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: sgd: dampening belongs to the form "heavy-ball"; the average has 1 − μ in its place.]`,
    );
  });
});
