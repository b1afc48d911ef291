// What the laws do not say: how layers start, what they refuse, special cases with known answers.
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, ones, vmap } from "../index.ts";
import { fold, key, normal } from "../random/index.ts";
import { flattenTree } from "../tree/index.ts";
import {
  activation,
  attention,
  constantInit,
  defineModule,
  dropout,
  embedding,
  generate,
  glorotUniform,
  heNormal,
  linear,
  mlp,
  module,
  orthogonal,
  parameterCount,
  positionalEmbedding,
  repeat,
  residual,
  rotary,
  scaledDotProductAttention,
  sequential,
  transformer,
  truncatedNormal,
  unembed,
} from "./index.ts";

const largest = (x: NDArray) => x.abs().max().item();

describe("initializers", () => {
  const moments = (x: NDArray) => [x.mean().item(), Math.sqrt(x.variance().item())] as const;

  it.each([
    ["glorotUniform", glorotUniform(), Math.sqrt(2 / (200 + 100))],
    ["heNormal", heNormal(), Math.sqrt(2 / 200)],
    ["truncatedNormal", truncatedNormal(0.5), 0.5 * 0.8796], // deviation of a normal cut at ±2
  ])("%s has the variance of its formula", (_name, initializer, std) => {
    const [mean, deviation] = moments(initializer(key(0), [200, 100]));
    expect(Math.abs(mean)).toBeLessThan((4 * std) / Math.sqrt(20_000)); // four standard errors
    expect(Math.abs(deviation / std - 1)).toBeLessThan(4 / Math.sqrt(2 * 20_000));
  });

  it("glorotUniform and truncatedNormal keep their limits", () => {
    expect(largest(glorotUniform()(key(1), [200, 100]))).toBeLessThanOrEqual(Math.sqrt(6 / 300));
    expect(largest(truncatedNormal(0.5)(key(1), [200, 100]))).toBeLessThanOrEqual(1);
  });

  it.each([[[5, 3]], [[3, 5]], [[4, 4]]])("orthogonal %j has all singular values at its gain", (shape) => {
    const W = orthogonal(2)(key(3), shape);
    expect(W.shape).toEqual(shape);
    const small = shape[0]! >= shape[1]! ? W.T.matmul(W) : W.matmul(W.T);
    const n = Math.min(...shape);
    const identity = array(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 4 : 0))));
    expect(largest(small.sub(identity))).toBeLessThan(1e-14);
  });

  it("orthogonal matrices turn both ways", () => {
    const traces = Array.from({ length: 200 }, (_, i) => orthogonal()(fold(key(0), i), [1, 1]).item());
    const positive = traces.filter((v) => v === 1).length;
    expect(traces.every((v) => Math.abs(v) === 1)).toBe(true);
    expect(Math.abs(positive - 100)).toBeLessThan(4 * Math.sqrt(50)); // planted: without the signs all are equal
  });

  it("refuse shapes without an input and an output", () => {
    expect(() => heNormal()(key(0), [4])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: heNormal: the shape [4] is no matrix "in out". For vectors take constantInit or truncatedNormal.]`,
    );
    expect(() => orthogonal()(key(0), [2, 2, 2])).toThrow("orthogonal");
    expect(() => truncatedNormal(0)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: truncatedNormal: std must be positive, got 0.]`,
    );
  });

  it("relu keeps the size of values through ten layers of heNormal", () => {
    const deep = sequential(
      ...Array.from({ length: 10 }, () => sequential(linear(200, 200, { weight: heNormal() }), activation("relu"))),
    );
    const y = deep.apply(deep.init(key(0)), normal(key(1), [50, 200]));
    const size = Math.sqrt(y.square().mean().item());
    expect(size).toBeGreaterThan(0.5);
    expect(size).toBeLessThan(2); // planted: with glorotUniform it is 2^−5
  });
});

describe("dropout", () => {
  const x = ones([100, 100]);
  it("keeps the mean, and drops its share", () => {
    const y = dropout(0.3).apply({}, x, { training: true, key: key(0) });
    const zeros = y.toArray().filter((v) => v === 0).length;
    expect(Math.abs(zeros - 3000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.21));
    expect(new Set(y.toArray())).toEqual(new Set([0, 1 / 0.7]));
  });
  it("layers inside of others draw apart from each other", () => {
    const twice = module({ drop: dropout(0.5) }, (call, v: NDArray) => call.drop(call.drop(v)));
    const y = twice.apply({ drop: {} }, x, { training: true, key: key(1) });
    expect(y.equal(4).astype("f64").mean().item()).toBeCloseTo(0.25, 1); // one mask for both would give 0.5
    const chain = sequential(dropout(0.5), dropout(0.5));
    expect(
      chain
        .apply([{}, {}], x, { training: true, key: key(1) })
        .equal(4)
        .astype("f64")
        .mean()
        .item(),
    ).toBeCloseTo(0.25, 1);
    const loop = repeat(sequential(linear(100, 100, { weight: () => identity(100) }), dropout(0.5)), 2);
    const z = loop.apply(loop.init(key(0)), x, { training: true, key: key(1) });
    expect(z.equal(4).astype("f64").mean().item()).toBeCloseTo(0.25, 1);
  });
  it("asks for a key while training", () => {
    expect(() => dropout(0.5).apply({}, x, { training: true })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: dropout: key is required while training. Pass apply(params, x, { training: true, key }).]`,
    );
    expect(() => dropout(1)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: dropout: the rate of dropout must be at least 0 and below 1, got 1.]`,
    );
  });
});

const identity = (n: number): NDArray =>
  array(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j))));

describe("attention", () => {
  const Q = normal(key(0), [4, 6]);

  it("gives 0, not NaN, to rows without any key, and no gradient", () => {
    const mask = array([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 1, 0, 0],
    ]).greater(0);
    const { output, weights } = scaledDotProductAttention(Q, Q, Q, { mask });
    expect(weights.at(1).toArray()).toEqual([0, 0, 0, 0]);
    expect(output.at(1).toArray()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(
      weights
        .sum(1)
        .toArray()
        .map((v) => Math.round(v * 1e12) / 1e12),
    ).toEqual([1, 0, 1, 1]);
    const slope = grad((q: NDArray) => scaledDotProductAttention(q, Q, Q, { mask }).output.square().sum())(Q);
    expect(slope.at(1).toArray()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(slope.toArray().every(Number.isFinite)).toBe(true);
  });

  it("causal: the first word sees itself alone, and nothing depends on later words", () => {
    const layer = attention({ width: 6, heads: 3, causal: true, rotary: true });
    const params = layer.init(key(1));
    const before = layer.apply(params, Q);
    const changed = layer.apply(params, Q.add(array([[0], [0], [0], [1]])));
    expect(before.at([0, 3]).toArray()).toEqual(changed.at([0, 3]).toArray());
    expect(largest(before.at(3).sub(changed.at(3)))).toBeGreaterThan(1e-3);
    expect(layer.weights(params, Q).at(":", 0).toNested()).toEqual(Array.from({ length: 3 }, () => [1, 0, 0, 0]));
  });

  it("causal with more keys than queries counts from the end", () => {
    const whole = scaledDotProductAttention(Q, Q, Q, { causal: true }).output;
    const tail = scaledDotProductAttention(Q.at([2, 4]), Q, Q, { causal: true }).output;
    expect(largest(tail.sub(whole.at([2, 4])))).toBe(0);
  });

  it("causal with fewer keys than queries leaves the first queries without any", () => {
    const { weights } = scaledDotProductAttention(Q, Q.at([0, 2]), Q.at([0, 2]), { causal: true });
    expect(weights.at([0, 2]).toArray()).toEqual([0, 0, 0, 0]);
    expect(weights.at(2).toArray()).toEqual([1, 0]);
  });

  it("does not care about the order of words without a mask and positions", () => {
    const layer = attention({ width: 6, heads: 2 });
    const params = layer.init(key(1));
    const order = [2, 0, 3, 1];
    const difference = layer.apply(params, Q.take(order)).sub(layer.apply(params, Q).take(order));
    expect(largest(difference)).toBeLessThan(1e-14);
  });

  it("scores of any size do not overflow", () => {
    const { weights } = scaledDotProductAttention(Q.mul(1e3), Q.mul(1e3), Q);
    expect(weights.toArray().every(Number.isFinite)).toBe(true);
    expect(largest(weights.sum(1).sub(1))).toBeLessThan(1e-14);
  });

  it("axes in front are examples", () => {
    const X = normal(key(2), [2, 3, 4, 6]);
    const layer = attention({ width: 6, heads: 2, causal: true });
    const params = layer.init(key(1));
    const mapped = vmap(vmap((x: NDArray) => layer.apply(params, x)))(X);
    expect(largest((mapped as NDArray).sub(layer.apply(params, X)))).toBeLessThan(1e-14);
    expect(layer.weights(params, X).shape).toEqual([2, 2, 3, 4, 4]); // heads in front
  });

  it("refuses what does not fit", () => {
    expect(() => scaledDotProductAttention(Q, normal(key(0), [4, 5]), Q)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: scaledDotProductAttention: queries have 6 features, but keys 5: their products need the same (Q [4, 6], K, V [4, 5], K, V [4, 6]).]`,
    );
    expect(() => scaledDotProductAttention(Q, Q, Q.at([0, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: scaledDotProductAttention: there are 4 keys, but 3 values: each key needs one (Q [4, 6], K, V [4, 6], K, V [3, 6]).]`,
    );
    expect(() => attention({ width: 6, heads: 4, keyValueHeads: 3, rotary: true })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: attention: heads must divide the width, got 4 heads for 6. keyValueHeads must divide the heads, got 3 for 4. rotary needs an even width per head, got 1.5.]`,
    );
    expect(() => attention({ width: 6, heads: 2 }).apply({} as never, ones([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: attention: the input has shape [3], but it must be "… length width".]`,
    );
  });
});

describe("rotary", () => {
  it("products depend on the distance alone", () => {
    const [q, k] = [normal(key(0), [1, 8]), normal(key(1), [1, 8])];
    const at = (i: number, j: number) =>
      rotary(q, { start: i })
        .flatten()
        .dot(rotary(k, { start: j }).flatten())
        .item();
    for (const [i, j] of [
      [3, 1],
      [10, 8],
      [1000, 998],
    ] as const)
      expect(at(i, j)).toBeCloseTo(at(2, 0), 12);
    expect(Math.abs(at(3, 0) - at(2, 0))).toBeGreaterThan(1e-3);
  });
  it("keeps lengths, and starts with position 0 as it is", () => {
    const x = normal(key(0), [5, 8]);
    expect(largest(rotary(x).norm(1).sub(x.norm(1)))).toBeLessThan(1e-14);
    expect(rotary(x).at(0).toArray()).toEqual(x.at(0).toArray());
  });
  it("rotates pairs", () => {
    expect(() => rotary(ones([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: rotary: the width must be even, since features are rotated in pairs; got 3.]`,
    );
  });
});

describe("tables", () => {
  const layer = embedding(5, 3);
  const params = layer.init(key(0));
  it("an embedding is a product with a one-hot row, and its gradient counts", () => {
    const ids = array(
      [
        [1, 1],
        [4, 0],
      ],
      { dtype: "i32" },
    );
    expect(layer.apply(params, ids).shape).toEqual([2, 2, 3]);
    const slope = grad((table: NDArray) => layer.apply({ table }, ids).sum())(params.table);
    expect(slope.at(":", 0).toArray()).toEqual([1, 2, 0, 0, 1]);
  });
  it("unembed gives scores by the same table", () => {
    const x = normal(key(1), [2, 3]);
    expect(largest(unembed(params, x).sub(x.matmul(params.table.T)))).toBe(0);
  });
  it("refuse what is no id, or too long", () => {
    expect(() => layer.apply(params, array([1, 2]) as never)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: embedding: ids are integers, got f64. Make them with array([…], { dtype: "i32" }), or convert with astype("i32").]`,
    );
    expect(() => layer.apply(params, array([5], { dtype: "i32" }))).toThrow("position 5");
    const places = positionalEmbedding(2, 3);
    expect(() => places.apply(places.init(key(0)), ones([3, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: positionalEmbedding: the input [3, 3] has 3 positions, but the table holds 2. Cut the sequence, or make the table longer.]`,
    );
  });
});

describe("composition", () => {
  it("residual adds the input, with a gradient through both ways", () => {
    const layer = residual(linear(2, 2, { weight: constantInit(0), bias: constantInit(1) }));
    const params = layer.init(key(0));
    expect(layer.apply(params, array([[3, 4]])).toArray()).toEqual([4, 5]);
    expect(grad((x: NDArray) => layer.apply(params, x).sum())([[3, 4]]).toArray()).toEqual([1, 1]);
  });
  it("repeat is the same as its copies one after the other", () => {
    const block = residual(sequential(linear(3, 3), activation("tanh")));
    const deep = repeat(block, 4);
    const params = deep.init(key(0));
    const x = normal(key(1), [2, 3]);
    const copies = Array.from({ length: 4 }, (_, i) => {
      const [{ weight, bias }] = params as unknown as [{ weight: NDArray; bias: NDArray }];
      return [{ weight: weight.at(i), bias: bias.at(i) }, {}] as never;
    });
    const expected = copies.reduce<NDArray>((h, copy) => block.apply(copy, h), x);
    expect(largest(deep.apply(params, x).sub(expected))).toBe(0);
    expect(largest(params[0].weight.at(0).sub(params[0].weight.at(1)))).toBeGreaterThan(0.01); // starts of their own
  });
  it("an mlp of two sizes is a linear map", () => {
    const net = mlp([3, 2]);
    const [{ weight, bias }] = net.init(key(0)) as [{ weight: NDArray; bias: NDArray }];
    const x = normal(key(1), [4, 3]);
    expect(net.apply([{ weight, bias }], x).toArray()).toEqual(x.matmul(weight).add(bias).toArray());
  });
  it("sizes and widths are checked", () => {
    expect(() => mlp([3])).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: mlp: sizes need an input and an output at least, got [3].]`,
    );
    expect(() => linear(0, 2)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: linear: inFeatures must be an integer of 1 or more, got 0.]`,
    );
    expect(() => activation("rely" as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: activation: unknown activation "rely". Did you mean "relu"? There are relu, gelu, gelu-tanh, silu, tanh, sigmoid, identity.]`,
    );
    const layer = linear(3, 2);
    expect(() => layer.apply(layer.init(key(0)), ones([2, 4]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: linear: the input [2, 4] has 4 features along its last axis, but the layer takes 3.]`,
    );
  });
  it("describe is a table", () => {
    expect(mlp([784, 512, 10]).describe()).toMatchInlineSnapshot(`
      "parameter  shape       size  role
      0.weight   784×512  401,408  matrix
      0.bias     512          512  bias
      1.weight   512×10     5,120  head
      1.bias     10            10  bias
      mlp                 407,050"
    `);
    const gain = defineModule<NDArray, NDArray, NDArray>({
      name: "gain",
      roles: "other",
      init: () => ones([3]),
      apply: (p, x) => x.mul(p),
    });
    expect(gain.describe()).toMatchInlineSnapshot(`
      "parameter  shape  size  role
      gain       3         3  other
      gain                 3"
    `);
  });
});

describe("transformer", () => {
  const options = { vocabulary: 7, width: 8, heads: 2, layers: 2, length: 6 } as const;
  const ids = array([[1, 2, 3, 4, 5, 6]], { dtype: "i32" });

  it("starts near the loss of knowing nothing", () => {
    const model = transformer(options);
    const logits = model.apply(model.init(key(0)), ids);
    expect(largest(logits)).toBeLessThan(0.3);
  });
  it.each(["rotary", "learned", "sinusoidal"] as const)("tells positions apart: %s", (position) => {
    const model = transformer({ ...options, position });
    const same = array([[3, 3, 3, 3]], { dtype: "i32" });
    const params = model.init(key(0));
    const [moved] = [model.apply(params, array([[3, 1, 2, 5]], { dtype: "i32" })).at(0, 3)];
    const [other] = [model.apply(params, array([[3, 2, 1, 5]], { dtype: "i32" })).at(0, 3)];
    expect(largest(moved.sub(other))).toBeGreaterThan(1e-6); // the order of the words before it matters
    expect(model.apply(params, same).shape).toEqual([1, 4, 7]);
  });
  it("never looks ahead", () => {
    const model = transformer(options);
    const params = model.init(key(0));
    const other = array([[1, 2, 3, 4, 0, 0]], { dtype: "i32" });
    expect(model.apply(params, ids).at(0, [0, 4]).toArray()).toEqual(
      model.apply(params, other).at(0, [0, 4]).toArray(),
    );
  });
  it("a tied table is one leaf, and gets gradients from both ends", () => {
    const model = transformer({ ...options, tied: true });
    const params = model.init(key(0));
    const names = flattenTree(params).map(({ path }) => path);
    expect(names.filter((name) => name.includes("table") || name.includes("head"))).toEqual(["tokens.table"]);
    const slope = grad((p: typeof params) => model.apply(p, ids).at(0, 5, 0).sum())(params);
    expect(largest(slope.tokens.table.at(0))).toBeGreaterThan(0); // token 0 is scored, and not in the text
    expect(largest(slope.tokens.table.at(1))).toBeGreaterThan(0);
  });
  it("dropout leaves the tree alone, and the shape", () => {
    const model = transformer({ ...options, dropout: 0.2 });
    expect(parameterCount(model.init(key(0)))).toBe(parameterCount(transformer(options).init(key(0))));
  });
  it("refuses a longer text and sizes that do not fit", () => {
    const model = transformer(options);
    expect(() =>
      model.apply(model.init(key(0)), array([[1, 2, 3, 4, 5, 6, 0]], { dtype: "i32" })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: transformer: ids have shape [1, 7]; they must be "… length" with at most 6 positions.]`,
    );
    expect(() => transformer({ ...options, heads: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: attention: heads must divide the width, got 3 heads for 8. rotary needs an even width per head, got 2.6666666666666665.]`,
    );
    expect(() => transformer({ ...options, layer: 2, norm: "batch" } as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: transformer: unknown option "layer". Did you mean "layers"? norm must be one of "layer", "rms", got "batch".]`,
    );
  });
});

describe("generate", () => {
  /** After token t comes t + 1, almost surely: the logits are 9 there. */
  const counting = Object.assign(
    defineModule<{ table: NDArray }, NDArray<"int">, NDArray>({
      name: "counting",
      roles: { table: "embedding" },
      init: () => ({
        table: array(
          Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (j === (i + 1) % 6 ? 9 : j / 6))),
        ),
      }),
      apply: ({ table }, ids) => table.take(ids),
    }),
    { length: 4 },
  );
  const params = counting.init(key(0));
  const draw = (options: object) => [...generate(counting, params, [2], { count: 10, key: key(1), ...options })];

  it("takes the most likely token at temperature 0, also beyond the length", () => {
    expect(draw({ temperature: 0 })).toEqual([3, 4, 5, 0, 1, 2, 3, 4, 5, 0]);
    expect(draw({ topK: 1, temperature: 5 })).toEqual([3, 4, 5, 0, 1, 2, 3, 4, 5, 0]);
  });
  it("draws from the distribution of the model", () => {
    const first = Array.from(
      { length: 400 },
      (_, i) => [...generate(counting, params, [2], { count: 1, key: key(i), temperature: 9 })][0]!,
    );
    const logits = params.table.at(2).div(9).softmax().toArray();
    const share = first.filter((token) => token === 3).length / 400;
    expect(Math.abs(share - logits[3]!)).toBeLessThan(4 * Math.sqrt((logits[3]! * (1 - logits[3]!)) / 400));
    expect(new Set(first).size).toBe(6);
  });
  it("topK leaves the others out", () => {
    const tokens = draw({ topK: 2, temperature: 100, count: 60 });
    const pairs = tokens.map((token, i) => [i === 0 ? 2 : tokens[i - 1]!, token] as const);
    // the second best token is 5, or 4 after 4
    expect(pairs.every(([before, token]) => token === (before + 1) % 6 || token === (before === 4 ? 4 : 5))).toBe(true);
    expect(new Set(pairs.map(([before, token]) => token === (before + 1) % 6)).size).toBe(2);
  });
  it("equal keys give equal texts, and the count does not matter", () => {
    expect(draw({ temperature: 9, count: 5 })).toEqual(draw({ temperature: 9 }).slice(0, 5));
    expect(draw({ temperature: 9 })).not.toEqual(draw({ temperature: 9, key: key(2) }));
  });
  it("padding does not change what a transformer says", () => {
    const model = transformer({ vocabulary: 5, width: 8, heads: 2, layers: 1, length: 6 });
    const weights = model.init(key(3));
    const [token] = generate(model, weights, [1, 4], { count: 1, key: key(0), temperature: 0 });
    const bare = model.apply(weights, array([[1, 4]], { dtype: "i32" })).at(0, 1);
    expect(token).toBe(bare.argmax().item());
  });
  it("says what is missing", () => {
    const { length: _, ...nameless } = counting;
    const count = { count: 1, key: key(0) };
    expect(() => generate(nameless, params, [1], count).next()).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: generate: length is required, because counting does not say how many tokens it takes. Pass length.]`,
    );
    expect(() => generate(counting, params, [], count).next()).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: generate: the prompt is empty; one token is needed to start from.]`,
    );
    expect(() => generate(counting, params, [1], { ...count, temperature: -1 }).next()).toThrow("temperature");
  });
});
