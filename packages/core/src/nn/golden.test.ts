// Layers against PyTorch, values and gradients; and mistakes that the numbers must show.
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, stopGradient, vjp, where } from "../index.ts";
import golden from "./golden/layers.json" with { type: "json" };
import {
  type Activation,
  type AttentionParams,
  activation,
  attention,
  layerNorm,
  rmsNorm,
  rotary,
  scaledDotProductAttention,
  type TransformerBlockParams,
  transformerBlock,
} from "./index.ts";

const { cases } = golden;
type Nested = readonly (number | Nested)[];
const read = (x: unknown): NDArray => array(x as number[]);

/** The largest |difference| relative to max(1, |expected|). */
function off(actual: NDArray, expected: unknown): number {
  const truth = read(expected as Nested);
  expect(actual.shape).toEqual(truth.shape);
  return actual.sub(truth).abs().div(truth.abs().maximum(1)).max().item();
}
// f64; sums in another order over at most 64 terms of size 1 to 10
const TOLERANCE = 2e-13;
/** What a mistake must exceed: 100 times the tolerance. */
const VISIBLE = 100 * TOLERANCE;

/** Whether a function of some arrays gives the output, and the gradients of Σ output·weights, of a case. */
function errorOf(
  f: (...xs: NDArray[]) => NDArray,
  names: readonly string[],
  expected: Readonly<Record<string, unknown>>,
): number {
  const inputs = names.map((name) => read(expected[name]));
  const errors = [off(f(...inputs), expected["output"])];
  const weights = read(expected["weights"]);
  const slopes = grad((xs: NDArray[]) =>
    f(...xs)
      .mul(weights)
      .sum(),
  )(inputs as never) as NDArray[];
  for (const [i, name] of names.entries()) errors.push(off(slopes[i]!, expected[`d${name}`]));
  return Math.max(...errors);
}

describe("activations equal PyTorch", () => {
  it.each(["relu", "gelu", "gelu-tanh", "silu", "tanh", "sigmoid"] as const)("%s", (name: Activation) => {
    const expected = cases[`activation ${name}` as "activation gelu"];
    const f = (x: NDArray) => activation(name).apply({}, x);
    expect(off(f(read(expected.x)), expected.output)).toBeLessThan(TOLERANCE);
    const slope = vjp(f, read(expected.x)).pullback(read(expected.x).onesLike());
    expect(off(slope, expected.dx)).toBeLessThan(TOLERANCE);
  });

  it("gelu-tanh in the place of gelu is seen (planted)", () => {
    const { x, output } = cases["activation gelu"];
    expect(off(activation("gelu-tanh").apply({}, read(x)), output)).toBeGreaterThan(VISIBLE);
  });
});

describe("norms equal PyTorch", () => {
  const layer = (x: NDArray, scale: NDArray, offset: NDArray) => layerNorm(5).apply({ scale, offset }, x);
  const rms = (x: NDArray, scale: NDArray) => rmsNorm(5).apply({ scale }, x);
  const errorOfLayer = (f: typeof layer) => errorOf(f as never, ["x", "scale", "offset"], cases.layerNorm);
  const errorOfRms = (f: typeof rms) => errorOf(f as never, ["x", "scale"], cases.rmsNorm);

  it("layerNorm", () => expect(errorOfLayer(layer)).toBeLessThan(TOLERANCE));
  it("rmsNorm", () => expect(errorOfRms(rms)).toBeLessThan(TOLERANCE));

  it.each<[string, typeof layer]>([
    ["a variance that divides by n − 1", (x, s, o) => layer(x, s.mul(Math.sqrt(4 / 5)), o)],
    ["ε of 1e-6", (x, scale, offset) => layerNorm(5, { eps: 1e-6 }).apply({ scale, offset }, x)],
    ["no mean", (x, s, o) => rms(x, s).add(o)],
    ["a scale that is forgotten", (x, _s, o) => layer(x, o.onesLike(), o)],
    ["a variance without gradient", (x, s, o) => layer(x, s, o).add(layer(x, s, o).sub(stopGradient(layer(x, s, o))))],
  ])("layerNorm with %s is seen (planted)", (_name, wrong) => expect(errorOfLayer(wrong)).toBeGreaterThan(VISIBLE));

  it("rmsNorm with ε of 1e-5 is seen (planted)", () => {
    expect(errorOfRms((x, scale) => rmsNorm(5, { eps: 1e-5 }).apply({ scale }, x))).toBeGreaterThan(VISIBLE);
  });
});

describe("scaledDotProductAttention equals PyTorch", () => {
  type Attend = (Q: NDArray, K: NDArray, V: NDArray) => NDArray;
  const names = ["Q", "K", "V"];
  const masked = cases["attention mask"];
  const mask = read(masked.mask).greater(0);
  const attend =
    (options: Parameters<typeof scaledDotProductAttention>[3] = {}): Attend =>
    (Q, K, V) =>
      scaledDotProductAttention(Q, K, V, options).output;
  const error = (f: Attend, expected: typeof masked | (typeof cases)["attention causal"]) =>
    errorOf(f as never, names, expected);

  it("plain", () => expect(error(attend(), cases["attention plain"])).toBeLessThan(TOLERANCE));
  it("with a mask", () => expect(error(attend({ mask }), masked)).toBeLessThan(TOLERANCE));
  it("with another scale", () =>
    expect(error(attend({ scale: 0.25 }), cases["attention scale"])).toBeLessThan(TOLERANCE));
  it("causal", () => expect(error(attend({ causal: true }), cases["attention causal"])).toBeLessThan(TOLERANCE));
  it("causal by mask too", () => {
    const triangle = array([
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 1, 1, 0],
      [1, 1, 1, 1],
    ]).greater(0);
    expect(error(attend({ mask: triangle }), cases["attention causal"])).toBeLessThan(TOLERANCE);
  });

  const by = (allowed: (i: number, j: number) => boolean, n = 4): Attend => {
    const table = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(allowed(i, j))));
    return attend({ mask: array(table).greater(0) });
  };
  it.each<[string, Attend]>([
    ["one key too few", by((i, j) => j < i || (i === 0 && j === 0))],
    ["one key too many", by((i, j) => j <= i + 1)],
    ["the other triangle", by((i, j) => j >= i)],
    ["no mask", attend()],
    ["no scale", attend({ causal: true, scale: 1 })],
    ["1/k in the place of 1/√k", attend({ causal: true, scale: 1 / 6 })],
    ["softmax over the queries", (Q, K, V) => Q.matmul(K.T).div(Math.sqrt(6)).softmax(0).matmul(V)],
    [
      "0 in the place of −∞",
      (Q, K, V) =>
        where(
          array([
            [1, 0, 0, 0],
            [1, 1, 0, 0],
            [1, 1, 1, 0],
            [1, 1, 1, 1],
          ]).greater(0),
          Q.matmul(K.T).div(Math.sqrt(6)),
          0,
        )
          .softmax()
          .matmul(V),
    ],
  ])("causal with %s is seen (planted)", (_name, wrong) => {
    expect(error(wrong, cases["attention causal"])).toBeGreaterThan(VISIBLE);
  });
  it("a mask that is turned round is seen (planted)", () => {
    expect(error(attend({ mask: mask.equal(mask.astype("i32").less(0)) }), masked)).toBeGreaterThan(VISIBLE);
  });
});

describe("positions", () => {
  it("rotary equals the product of complex numbers", () => {
    expect(off(rotary(read(cases.rotary.x)), cases.rotary.output)).toBeLessThan(TOLERANCE);
  });
  it("another direction, or pairs of neighbors, are seen (planted)", () => {
    const x = read(cases.rotary.x);
    const backwards = rotary(x.mul([1, 1, 1, 1, -1, -1, -1, -1])).mul([1, 1, 1, 1, -1, -1, -1, -1]);
    expect(off(backwards, cases.rotary.output)).toBeGreaterThan(VISIBLE);
    const swap = [0, 2, 4, 6, 1, 3, 5, 7];
    const neighbors = rotary(x.take(swap, -1)).take([0, 4, 1, 5, 2, 6, 3, 7], -1);
    expect(off(neighbors, cases.rotary.output)).toBeGreaterThan(VISIBLE);
  });
});

describe.each([
  ["multi-head", false],
  ["multi-head causal", true],
] as const)("attention equals PyTorch: %s", (name, causal) => {
  const expected = cases[name];
  const params = Object.fromEntries(
    Object.entries(expected.params).map(([part, { weight, bias }]) => [
      part,
      { weight: read(weight), bias: read(bias) },
    ]),
  ) as unknown as AttentionParams;
  const x = read(expected.x);
  const layer = attention({ width: 8, heads: 2, causal });

  it("output and weights", () => {
    expect(off(layer.apply(params, x), expected.output)).toBeLessThan(TOLERANCE);
    const seen = layer.weights(params, x); // heads first here, second there
    expect(off(seen.transpose(1, 0, 2, 3), expected.seen)).toBeLessThan(TOLERANCE);
  });

  it("gradients", () => {
    const weights = read(expected.weights);
    const slopes = grad(({ p, x }: { p: AttentionParams; x: NDArray }) => layer.apply(p, x).mul(weights).sum())({
      p: params,
      x,
    } as never);
    expect(off(slopes.x, expected.dx)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.q.weight, expected.dq)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.k.weight, expected.dk)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.v.weight, expected.dv)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.q.bias, expected.dqBias)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.out.weight, expected.dout)).toBeLessThan(TOLERANCE);
  });

  it("queries and keys exchanged, or heads that are cut another way, are seen (planted)", () => {
    const exchanged = { ...params, q: params.k, k: params.q };
    const swap = [0, 2, 4, 6, 1, 3, 5, 7]; // every second feature to the first head
    const cut = { weight: params.v.weight.take(swap, 1), bias: params.v.bias.take(swap) };
    for (const wrong of [exchanged, { ...params, v: cut }]) {
      expect(off(layer.apply(wrong, x), expected.output)).toBeGreaterThan(VISIBLE);
    }
  });
});

it("grouped queries share the keys of their group", () => {
  const { Q, K, V, output } = cases.grouped;
  const twice = (x: unknown) => read(x).take([0, 0, 1, 1]);
  expect(off(scaledDotProductAttention(read(Q), twice(K), twice(V)).output, output)).toBeLessThan(TOLERANCE);
  // the layer: q as it is, k and v as if each head of two were there twice
  const grouped = attention({ width: 8, heads: 4, keyValueHeads: 2 });
  const full = attention({ width: 8, heads: 4 });
  const params = cases["multi-head"].params;
  const of = (part: { weight: unknown; bias: unknown }, columns?: number[]) => {
    const [weight, bias] = [read(part.weight), read(part.bias)];
    return columns === undefined ? { weight, bias } : { weight: weight.take(columns, 1), bias: bias.take(columns) };
  };
  const [own, repeated] = [
    [0, 1, 2, 3],
    [0, 1, 0, 1, 2, 3, 2, 3],
  ];
  const x = read(cases["multi-head"].x);
  const common = { q: of(params.q), out: of(params.out) };
  const actual = grouped.apply({ ...common, k: of(params.k, own), v: of(params.v, own) }, x);
  const expected = full.apply({ ...common, k: of(params.k, repeated), v: of(params.v, repeated) }, x);
  expect(actual.sub(expected).abs().max().item()).toBeLessThan(TOLERANCE);
});

describe("transformerBlock equals PyTorch", () => {
  const expected = cases.block;
  const tree = (x: unknown): unknown =>
    Array.isArray(x) && typeof x[0] === "object" && !Array.isArray(x[0])
      ? x.map(tree)
      : Array.isArray(x)
        ? read(x)
        : Object.fromEntries(Object.entries(x as object).map(([name, child]) => [name, tree(child)]));
  type P = TransformerBlockParams<{ norm: "layer" }>;
  const params = tree(expected.params) as P;
  const x = read(expected.x);
  const options = { width: 8, heads: 2, norm: "layer", activation: "gelu" } as const;

  it("output", () => {
    expect(off(transformerBlock(options).apply(params, x), expected.output)).toBeLessThan(TOLERANCE);
  });

  it("gradients", () => {
    const block = transformerBlock(options);
    const weights = read(expected.weights);
    const slopes = grad(({ p, x }: { p: P; x: NDArray }) => block.apply(p, x).mul(weights).sum())({
      p: params,
      x,
    } as never);
    expect(off(slopes.x, expected.dx)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.attend.k.weight, expected.dk)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.mlp[0]!.weight, expected.dwide)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.mlp[1]!.bias, expected.dback)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.norm1.scale, expected.dscale)).toBeLessThan(TOLERANCE);
    expect(off(slopes.p.norm2.offset, expected.doffset)).toBeLessThan(TOLERANCE);
  });

  it.each([
    ["no mask", { ...options, causal: false }],
    ["another gelu", { ...options, activation: "gelu-tanh" }],
    ["positions that are rotated", { ...options, rotary: true }],
  ] as const)("with %s it is seen (planted)", (_name, wrong) => {
    expect(off(transformerBlock(wrong).apply(params as never, x), expected.output)).toBeGreaterThan(VISIBLE);
  });
});
