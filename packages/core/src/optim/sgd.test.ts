import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import golden from "./golden/sgd-trajectories.json" with { type: "json" };
import { type Optimizer, perLeaf, type SgdOptions, sgd } from "./index.ts";

const functions: Readonly<Record<string, (p: NDArray) => Scalar>> = {
  sumsq: (p) => p.square().sum(),
  rosenbrock: (p) => {
    const [x, y] = [p.at(0), p.at(1)];
    return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100)).sum();
  },
  beale: (p) => {
    const [x, y] = [p.at(0), p.at(1)];
    const term = (c: number, k: number) =>
      x
        .neg()
        .add(c)
        .add(x.mul(y.pow(k)))
        .square();
    return term(1.5, 1).add(term(2.25, 2)).add(term(2.625, 3)).sum();
  },
  quadratic: (p) => p.square().mul([0.5, 10]).sum(),
};

type At = Readonly<Record<string, readonly number[]>>;
const runs = golden.runs.map((run) => ({
  ...run,
  options: run.options as SgdOptions,
  at: run.at as unknown as At,
  name: `${run.function} ${JSON.stringify(run.options)}`,
}));

/** Whether a run stays within the tolerance of the file, |difference| ≤ 1e-9·max(1, |x|), at every time that it lists. */
function follows(optimizer: Optimizer<unknown>, { function: name, at }: { function: string; at: At }): boolean {
  const slope = grad(functions[name]!);
  let w: NDArray = array(golden.functions[name as "sumsq"].start);
  let state = optimizer.init(w);
  const last = Math.max(...Object.keys(at).map(Number));
  for (let t = 1; t <= last; t++) {
    [w, state] = optimizer.step(w, slope(optimizer.gradParams(w, state)), state);
    const near = at[t]?.every((v, i) => Math.abs(w.at(i).item() - v) <= 1e-9 * Math.max(1, Math.abs(v)));
    if (near === false) return false;
  }
  return true;
}

describe("sgd follows the reference", () => {
  it.each(runs)("$name", (run) => {
    expect(run.at["1"]).toBeDefined();
    expect(follows(sgd(run.options), run)).toBe(true);
  });
});

describe("the reference catches", () => {
  const on = (test: (o: SgdOptions) => boolean) => runs.filter(({ options }) => test(options));

  it.each([
    ["a first step that is dampened", on((o) => o.dampening !== undefined), dampenedFirst],
    ["nesterov that is ignored", on((o) => o.nesterov === true), (o) => sgd({ ...o, nesterov: false })],
    ["look-ahead at the stored point", on((o) => o.nesterov === "look-ahead"), (o) => sgd({ ...o, nesterov: false })],
    ["averaging taken for the heavy ball", on((o) => o.form === "average"), (o) => sgd({ ...o, form: "heavy-ball" })],
    ["decay of 2λw", on((o) => o.weightDecay !== undefined), (o) => sgd({ ...o, weightDecay: 0.2 })],
    [
      "momentum that is ignored",
      on((o) => o.momentum === 0.9 && Object.keys(o).length === 2),
      ({ learningRate }) => sgd({ learningRate }),
    ],
  ] as const satisfies readonly (readonly [string, typeof runs, (o: SgdOptions) => Optimizer<unknown>])[])(
    "%s",
    (_name, rows, wrong) => {
      expect(rows.length).toBe(4); // one per function
      expect(rows.filter((run) => follows(wrong(run.options), run))).toEqual([]);
    },
  );
});

/** b₁ = (1 − dampening)·g instead of g */
function dampenedFirst({ learningRate, dampening = 0 }: SgdOptions): Optimizer<{ b: NDArray }> {
  return perLeaf<{ b: NDArray }>({
    name: "wrong",
    formula: "",
    init: (param) => ({ b: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const b = slot.b.mul(0.9).add(g.mul(1 - dampening));
      return { update: b.mul(at(learningRate)).neg(), slot: { b } };
    },
  });
}

describe("sgd", () => {
  it("averaging is the heavy ball with rate η(1 − μ), with Nesterov too", () => {
    const slope = grad(functions["quadratic"]!);
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
    const slope = grad(functions["quadratic"]!);
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
