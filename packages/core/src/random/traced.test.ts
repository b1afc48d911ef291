// Draws inside of compiled functions, loops and maps give the numbers that they give outside, bit for bit.
import { describe, expect, it } from "vitest";
import {
  type AnyArray,
  arange,
  array,
  compile,
  grad,
  type NDArray,
  type Scalar,
  scalar,
  scan,
  stack,
  vmap,
} from "../index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { defineDraw } from "./draw.ts";
import {
  bernoulli,
  categorical,
  choose,
  exponential,
  fold,
  integers,
  type Key,
  key,
  laplace,
  normal,
  permutation,
  split,
  truncatedNormal,
  uniform,
} from "./index.ts";

type DrawOf = (k: Key) => AnyArray;

const weights = array([1, 0, 4, 2, 3]);
const DRAWS: Readonly<Record<string, DrawOf>> = {
  uniform: (k) => uniform(k, [2, 3], { low: -1 }),
  "uniform f32": (k) => uniform(k, [5], { dtype: "f32" }),
  normal: (k) => normal(k, [2, 2], { mean: 1, std: 3 }),
  "normal f32": (k) => normal(k, [], { dtype: "f32" }),
  laplace: (k) => laplace(k, [4], { scale: 2 }),
  bernoulli: (k) => bernoulli(k, 0.4, [9]),
  "bernoulli of an array": (k) => bernoulli(k, array([0.1, 0.5, 0.9]), [4, 3]),
  integers: (k) => integers(k, [7], { low: -5, high: 100 }),
  permutation: (k) => permutation(k, 12),
  choose: (k) => choose(k, 12, 5),
  "choose with replacement": (k) => choose(k, 12, 20, { replace: true }),
  "choose by weight": (k) => choose(k, 5, 3, { weights }),
  "choose by weight with replacement": (k) => choose(k, 5, 6, { weights, replace: true }),
  exponential: (k) => exponential(k, [3], { scale: 2 }),
  truncatedNormal: (k) => truncatedNormal(k, [2, 2], { low: 4 }),
  "truncatedNormal f32": (k) => truncatedNormal(k, [3], { std: 0.1, low: -0.2, high: 0.2, dtype: "f32" }),
  categorical: (k) => categorical(k, [20], { logits: weights }),
  "categorical of rows": (k) =>
    categorical(k, [5, 2], {
      probabilities: array([
        [1, 3],
        [2, 1],
      ]),
    }),
  "a child": (k) => split(k, 3)[1].bits,
  "a named child": (k) => fold(k, "dropout").bits,
  "a numbered child": (k) => fold(k, -(2 ** 40)).bits,
  "a child by an array": (k) => fold(k, arange(8).at(5) as NDArray<"int">).bits,
  "nothing at all": (k) => normal(k, [0, 3]),
};

interface Drawn {
  dtype: string;
  shape: readonly number[];
  values: number[];
}
const drawn = (x: AnyArray): Drawn => ({ dtype: x.dtype, shape: x.shape, values: x.toArray() });

/** The first way of drawing whose numbers differ from those of a plain call; undefined when all agree. */
function firstDifference(draw: DrawOf): string | undefined {
  const root = key(2026);
  const keys = split(root, 4);
  const bits = stack(keys.map((k) => k.bits)) as NDArray<"int">; // "4 2"
  const byBits = (b: NDArray<"int">) => draw({ bits: b });
  const mapped = (b: NDArray<"int">) => vmap(byBits)(b);
  const loop = drawn(stack(keys.map(draw) as NDArray[]));
  const inScan = (k: Key, steps: NDArray<"int">) =>
    scan((c: Scalar, i: NDArray<"int">) => [c, draw(fold(k, i))] as const, scalar(0), steps)[1];
  const carried = (k: Key) =>
    scan(
      (c: Key, _: NDArray<"int">) => {
        const [next, now] = split(c, 2);
        return [next, draw(now)] as const;
      },
      k,
      arange(3),
    )[1];
  const chain = [0, 1, 2].map((i) => {
    let k = root;
    for (let step = 0; step < i; step++) k = split(k, 2)[0];
    return draw(split(k, 2)[1]);
  });
  const ways: Readonly<Record<string, readonly [() => AnyArray, Drawn]>> = {
    compile: [() => compile(draw)(root), drawn(draw(root))],
    "the second call": [
      () => {
        const compiled = compile(draw);
        compiled(root);
        return compiled(keys[2]);
      },
      drawn(draw(keys[2])),
    ],
    vmap: [() => vmap(byBits)(bits), loop],
    "compile of vmap": [() => compile(mapped)(bits), loop],
    "vmap of vmap": [() => vmap(mapped)(bits.reshape(2, 2, 2)), { ...loop, shape: [2, 2, ...loop.shape.slice(1)] }],
    "a shared key": [
      () => vmap((i: NDArray<"int">) => draw(fold(root, i)))(arange(4)),
      drawn(stack([0, 1, 2, 3].map((i) => draw(fold(root, i))) as NDArray[])),
    ],
    scan: [() => inScan(root, arange(3)), drawn(stack([0, 1, 2].map((i) => draw(fold(root, i))) as NDArray[]))],
    "compile of scan": [
      () => compile(inScan)(root, arange(3)),
      drawn(stack([0, 1, 2].map((i) => draw(fold(root, i))) as NDArray[])),
    ],
    "a key as carry": [() => carried(root), drawn(stack(chain as NDArray[]))],
    "vmap of scan": [
      () => vmap((b: NDArray<"int">) => carried({ bits: b }) as NDArray)(bits).at(0),
      drawn(carried(keys[0])),
    ],
  };
  return Object.entries(ways).find(
    ([, [way, expected]]) => JSON.stringify(drawn(way())) !== JSON.stringify(expected),
  )?.[0];
}

describe("a draw from a key that is known later", () => {
  it.each(Object.keys(DRAWS))("%s is the draw from the key", (name) => {
    expect(firstDifference(DRAWS[name]!)).toBeUndefined();
  });

  it("is caught when it remembers, or when all examples get the numbers of the first", () => {
    let calls = 0;
    const remembering = defineDraw<{ shape: number[] }>({
      name: "remembering",
      spec: ({ shape }) => ({ shape, dtype: "f64" }),
      fill: (bits, output) => void output.fill(bits.low + ++calls),
    });
    expect(firstDifference((k) => remembering(k, { shape: [2] }))).toBe("compile");
    const firstOnly: Primitive = {
      name: "firstOnly",
      infer: () => ({ shape: [2], dtype: "f64", weak: false }),
      evaluate: ([bits], output) => void output.data.set(bits!.data),
      batch: ({ inputs: [bits], size }) =>
        (apply(firstOnly, [bits!.at(0)], undefined) as NDArray).broadcastTo([size, 2]),
    };
    expect(firstDifference((k) => apply(firstOnly, [k.bits], undefined))).toBe("vmap");
  });
});

describe("what a distribution takes", () => {
  it("may be known later too, with the same numbers", () => {
    const p = array([0.2, 0.7, 0.5]);
    const flips = (k: Key, q: NDArray) => bernoulli(k, q, [2, 3]);
    expect(compile(flips)(key(1), p).toArray()).toEqual(flips(key(1), p).toArray());
    const pick = (k: Key, w: NDArray) => choose(k, 5, 3, { weights: w });
    expect(compile(pick)(key(1), weights).toArray()).toEqual(pick(key(1), weights).toArray());
    const classes = (k: Key, logits: NDArray) => categorical(k, [30], { logits });
    expect(compile(classes)(key(1), weights).toArray()).toEqual(classes(key(1), weights).toArray());
    const W = array([
      [1, 2, 3],
      [3, 0, 1],
    ]);
    const mapped = vmap((w: NDArray) => choose(key(3), 3, 2, { weights: w }))(W);
    const each = [0, 1].map((i) => choose(key(3), 3, 2, { weights: W.at(i) as NDArray }).toArray());
    expect(mapped.toNested()).toEqual(each);
    const sampled = vmap((logits: NDArray) => categorical(key(3), [6], { logits }))(W);
    const one = [0, 1].map((i) => categorical(key(3), [6], { logits: W.at(i) as NDArray }).toArray());
    expect(sampled.toNested()).toEqual(one);
  });

  it("is checked when it is known", () => {
    const flips = compile((k: Key, q: NDArray) => bernoulli(k, q, [2]));
    expect(() => flips(key(1), [0.5, 1.5])).toThrow("bernoulli: p must be between 0 and 1, got 1.5.");
    const pick = compile((k: Key, w: NDArray) => choose(k, 2, 1, { weights: w }));
    expect(() => pick(key(1), [1, -1])).toThrow("choose: weights[1] is -1");
    expect(() => pick(key(1), [0, 0])).toThrow("only 0 of 2 have a positive weight");
    const classes = compile((k: Key, logits: NDArray) => categorical(k, [3], { logits }));
    expect(() => classes(key(1), [0, Number.NaN])).toThrow("categorical: logits[1] is NaN");
    const child = compile((k: Key, label: NDArray<"int">) => fold(k, label).bits);
    expect(() => child(key(1), array(0.5) as never)).toThrow("fold: a number label must be an integer");
    expect(() => compile((k: Key) => choose(k, 3, 4))(key(1))).toThrow("only 3 of 3 exist");
  });

  it("has no derivative, and lets derivatives pass beside it", () => {
    const loss = (k: Key) => (mu: Scalar) => normal(k, [50]).add(mu).square().mean() as Scalar;
    const step = compile((k: Key, mu: Scalar) => grad(loss(k))(mu));
    const expected = normal(key(5), [50]).add(2).mean().item() * 2;
    expect(step(key(5), 2).item()).toBeCloseTo(expected, 12);
    const pick = (w: NDArray) => choose(key(1), 3, 2, { weights: w }).sum();
    const total = pick(array([1, 2, 3])).item();
    const slope = grad((w: NDArray) => pick(w).mul(w.sum()) as Scalar)([1, 2, 3]);
    expect(slope.toArray()).toEqual([total, total, total]);
  });
});

describe("the text of a program", () => {
  it("names draws with their settings, so that two of them can be told apart", () => {
    const g = compile((k: Key) => normal(fold(k, "noise"), [2, 3], { std: 2 }).add(uniform(split(k, 2)[1], [3])));
    g(key(1));
    expect(g.inspect()).toMatchInlineSnapshot(`
      "(0.bits: i32[2])
      h0: i32[2] = input
      h1: i32[2] = fold(h0, "noise")
      h2: f64[2, 3] = normal(h1, shape [2, 3], mean 0, std 2, dtype f64)
      h3: i32[2] = split(h0)[0]
      h4: i32[2] = split(h0)[1]
      h5: f64[3] = uniform(h4, shape [3], low 0, high 1, dtype f64)
      h6: f64[2, 3] = broadcast(h5, [2, 3])
      h7: f64[2, 3] = h2 + h6
      return h7

      inputs b0
      0: b1 = host fold(b0) · 8 B read, 8 B written, 0 flop
      1: b2 = host normal(b1) · 8 B read, 48 B written, 0 flop
      2: b3 = host split(b0) · 8 B read, 8 B written, 0 flop
      3: b4 = map [2 | 3](b2, b3) · 56 B read, 48 B written, 762 flop
      return b4"
    `);
    expect(() => compile((k: Key) => normal(k, [2], { std: Math.random() }), { debug: true })(key(1))).toThrow(
      /differ/,
    );
  });

  it("a stack of keys is no key, and the message says what to do", () => {
    const bits = stack(split(key(1), 3).map((k) => k.bits)) as NDArray<"int">;
    expect(() => normal({ bits }, [2])).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: normal: the first argument must be one key, got a stack of shape [3, 2]. Map over it: vmap((key) => normal(key, …)).]`,
    );
    expect(() => fold(key(1), arange(2))).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: fold: a label is one integer, got an array of shape [2].]`,
    );
  });
});
