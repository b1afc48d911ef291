import { describe, expect, it } from "vitest";
import { array, type NDArray, stack, zeros } from "../index.ts";
import { key, normal } from "../random/index.ts";
import golden from "./golden/muon.json" with { type: "json" };
import { type MuonOptions, muon, type Optimizer } from "./index.ts";

const { runs, start, gradients } = golden.muon;
type Given = Omit<MuonOptions, "inputAxis">;
interface Run {
  readonly options: Readonly<Record<string, unknown>>;
  readonly after: readonly (readonly (readonly number[])[])[];
}
const TOLERANCE = 1e-10; // of the file

/** Options of a run, its layout left out: rows are outputs in the file. */
function optionsOf({ options: { inputAxis: _axis, biasCorrected, note: _note, ...options } }: Run): Given {
  return { ...options, ...(biasCorrected === true && { biasCorrection: true }) } as unknown as Given;
}

/** The largest difference from a run; `turn` is applied to everything that goes in and undone on what comes out. */
function distance(
  optimizer: Optimizer<unknown>,
  { options, after }: Run,
  turn: (x: NDArray) => NDArray = (x) => x,
): number {
  const asStored = (x: NDArray): NDArray => turn("note" in options ? x.T : x);
  let W = asStored(array(start));
  let state = optimizer.init(W);
  let worst = 0;
  gradients.forEach((g, t) => {
    [W, state] = optimizer.step(W, asStored(array(g)), state);
    worst = Math.max(
      worst,
      W.sub(turn(array(after[t]!)))
        .abs()
        .max()
        .item(),
    );
  });
  return worst;
}

describe("muon follows the reference", () => {
  it.each(runs as readonly Run[])("with rows as outputs: $options", (run) => {
    expect(distance(muon({ ...optionsOf(run), inputAxis: () => 1 }), run)).toBeLessThan(TOLERANCE);
  });
  it.each(runs as readonly Run[])("in the layout of x·W: $options", (run) => {
    expect(distance(muon(optionsOf(run)), run, (x) => x.T)).toBeLessThan(TOLERANCE);
  });
});

describe("the reference of muon catches", () => {
  const on = (test: (o: Run["options"]) => boolean) => (runs as readonly Run[]).filter(({ options }) => test(options));
  const decayed = on((o) => o["weightDecay"] === 0.1);
  it.each([
    ["decay that is dropped", decayed, { weightDecay: 0 }],
    ["nesterov that is ignored", on((o) => o["nesterov"] === true && o["biasCorrected"] !== true), { nesterov: false }],
    ["correction that is ignored", on((o) => o["biasCorrected"] === true), { biasCorrection: false }],
    ["another scale", on((o) => o["scale"] === "aspect"), { scale: "match-adamw" }],
    ["the cubic for the quintic", runs as readonly Run[], { coefficients: "cubic" }],
    ["a step fewer", runs as readonly Run[], { steps: 4 }],
    ["the input axis for the output axis", on((o) => o["scale"] === "aspect"), { inputAxis: () => 0 }],
  ] as const)("%s", (_name, rows, change) => {
    expect(rows.length).toBeGreaterThan(0);
    for (const run of rows) {
      // a square root of 4/3 against 1: seen in the 4 × 3 layout, whose transpose has scale 1 in both
      const wrong = muon({ ...optionsOf(run), inputAxis: () => 1, ...change });
      expect(distance(wrong, run)).toBeGreaterThan(100 * TOLERANCE);
    }
  });
  it("decay by the scaled rate", () => {
    const [run] = decayed as [Run];
    const scaled = 0.1 * Math.sqrt(4 / 3);
    const wrong = muon({ ...optionsOf(run), weightDecay: scaled, inputAxis: () => 1 });
    expect(distance(wrong, run)).toBeGreaterThan(100 * TOLERANCE);
  });
});

describe("muon sees leaves of other ranks", () => {
  const optimizer = (options: Omit<MuonOptions, "learningRate"> = {}) => muon({ learningRate: 1, ...options });
  const change = (o: Optimizer<unknown>, g: NDArray): NDArray => o.update(g, o.init(g), g).updates;
  const close = (a: NDArray, b: NDArray): void => {
    expect(a.shape).toEqual(b.shape);
    expect(a.sub(b).abs().max().item()).toBeLessThan(1e-12); // the same sums in another order
  };
  const [A, B, C] = [0, 1, 2].map((i) => normal(key(i), [4, 3])) as [NDArray, NDArray, NDArray];
  const alone = (x: NDArray) => change(optimizer(), x);

  it("a stack of matrices one by one", () => {
    const heads = change(optimizer({ axes: () => ["stack", "in", "out"] }), stack([A, B, C]));
    close(heads, stack([alone(A), alone(B), alone(C)]));
  });

  it("a kernel with its inputs joined", () => {
    const kernel = normal(key(5), [2, 2, 3, 8]);
    const found = change(optimizer({ axes: () => ["in", "in", "in", "out"] }), kernel);
    close(found, alone(kernel.reshape(12, 8)).reshape(2, 2, 3, 8));
  });

  it("a fused projection in its parts, outputs last or first", () => {
    const fused = stack([A, B, C], 1).reshape(4, 9);
    const apart = stack([alone(A), alone(B), alone(C)], 1).reshape(4, 9);
    close(change(optimizer({ parts: () => 3 }), fused), apart);
    close(change(optimizer({ parts: () => 3, inputAxis: () => 1 }), fused.T), apart.T);
    expect(alone(fused).sub(apart).abs().max().item()).toBeGreaterThan(0.01); // splitting makes a difference
  });

  it("and refuses what is not said, with the leaf", () => {
    expect(() => optimizer().init({ b: zeros([3]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: muon: "b" has shape [3], which is no matrix. Route other leaves elsewhere with partition or byRole, or say with \`axes\` which axes are "in", "out" or "stack".]`,
    );
    expect(() => optimizer({ axes: () => ["in", "in"] }).init({ w: zeros([2, 2]) })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: muon: axes of "w" are [in, in]; at least one must be "in" and one "out".]`,
    );
    expect(() => optimizer({ parts: () => 2 }).init({ w: zeros([2, 3]) })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: muon: parts of "w" must divide its 3 outputs, got 2.]`,
    );
    expect(() => optimizer({ coefficients: "polar-express", steps: 9 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: muon: "polar-express" has 5 steps, each with its own coefficients; got steps: 9. Use fewer, or give a list of triples.]`,
    );
  });
});

describe("muon", () => {
  it("answers a gradient of 0 with no change", () => {
    const w = zeros([2, 3]);
    const o = muon({ learningRate: 1 });
    expect(
      o
        .update(w, o.init(w), w)
        .updates.toArray()
        .every((v) => v === 0),
    ).toBe(true);
  });
  it("shows its formula", () => {
    expect(muon({ learningRate: 0.02, weightDecay: 0.1 }).describe()).toBe(
      "muon: B ← 0.95·B + (1 − 0.95)·G;  U = NewtonSchulz((1 − 0.95)·G + 0.95·B; quintic, 5 steps);  W ← W − 0.02·√max(1, out/in)·U − 0.02·0.1·W",
    );
  });
  it("brings singular values to the places that the coefficients promise", () => {
    const w = zeros([8, 8]);
    const o = muon({ learningRate: 1, coefficients: "cubic", steps: 20, scale: "none" });
    const U = o.update(normal(key(3), [8, 8]), o.init(w), w).updates;
    const gram = U.matmul(U.T).sub(
      array(Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => Number(i === j)))),
    );
    expect(gram.abs().max().item()).toBeLessThan(1e-10); // orthogonal: the cubic has converged
  });
});
