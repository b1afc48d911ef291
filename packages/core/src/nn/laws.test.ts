// Every layer that is exported keeps the laws of layers; and mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { array, type NDArray, ones, scalar, stopGradient, zeros } from "../index.ts";
import { type Key, key, normal } from "../random/index.ts";
import { failuresOf, type ModuleLawOptions, moduleLaws, namesOf, nestingLaws } from "../testing/index.ts";
import * as exported from "./index.ts";
import {
  type AnyModule,
  attention,
  defineModule,
  dropout,
  embedding,
  layerNorm,
  linear,
  type Module,
  mlp,
  module,
  positionalEmbedding,
  repeat,
  residual,
  rmsNorm,
  scaledDotProductAttention,
  sequential,
  sinusoidalEncoding,
  transformer,
  transformerBlock,
} from "./index.ts";

const ids = array(
  [
    [0, 2, 1],
    [4, 4, 3],
  ],
  { dtype: "i32" },
);
const flat = normal(key(0), [3, 4]);
const words = normal(key(0), [2, 3, 4]);
const model = { vocabulary: 5, width: 4, heads: 2, layers: 1, length: 4 };

const layers: Readonly<Record<string, readonly [make: () => unknown, input: NDArray, options?: ModuleLawOptions]>> = {
  activation: [() => exported.activation("sigmoid"), flat],
  attention: [() => attention({ width: 4, heads: 2 }), words],
  "attention causal, rotary": [() => attention({ width: 4, heads: 2, causal: true, rotary: true }), words],
  "attention grouped": [() => attention({ width: 4, heads: 2, keyValueHeads: 1 }), words],
  "attention with dropout": [() => attention({ width: 4, heads: 2, dropout: 0.5 }), words, { draws: true }],
  dropout: [() => dropout(0.5), flat, { draws: true }],
  embedding: [() => embedding(5, 2), ids as never],
  gelu: [() => exported.gelu(), flat],
  "gelu approximate": [() => exported.gelu({ approximate: true }), flat],
  layerNorm: [() => layerNorm(4), flat],
  linear: [() => linear(4, 2), flat],
  mlp: [() => mlp([4, 3, 2], { activation: "tanh", dropout: 0.5 }), flat, { draws: true }],
  module: [
    () => module({ a: linear(4, 4), b: linear(4, 4) }, (call, x: NDArray) => call.b(call.a(call.a(x)).tanh()).add(x)),
    flat,
  ],
  positionalEmbedding: [() => positionalEmbedding(3, 4), words],
  relu: [() => exported.relu(), flat],
  repeat: [() => repeat(residual(linear(4, 4)), 3), flat],
  "repeat with dropout": [() => repeat(sequential(linear(4, 4), dropout(0.5)) as AnyModule, 2), flat, { draws: true }],
  residual: [() => residual(linear(4, 4)), flat],
  rmsNorm: [() => rmsNorm(4), flat],
  sequential: [() => sequential(linear(4, 3), exported.tanh(), linear(3, 2)), flat],
  silu: [() => exported.silu(), flat],
  sinusoidalEncoding: [() => sinusoidalEncoding(4), words],
  tanh: [() => exported.tanh(), flat],
  transformer: [() => transformer(model), ids as never],
  "transformer tied, learned, layer norm": [
    () => transformer({ ...model, tied: true, position: "learned", norm: "layer", dropout: 0.3 }),
    ids as never,
    { draws: true },
  ],
  "transformer sinusoidal": [() => transformer({ ...model, position: "sinusoidal", activation: "silu" }), ids as never],
  transformerBlock: [
    () => transformerBlock({ width: 4, heads: 2, dropout: 0.3, rotary: true }),
    words,
    { draws: true },
  ],
};

/** Exports that are no layers. */
const OTHERS = [
  "ACTIVATION_NAMES",
  "constantInit",
  "defineModule",
  "generate",
  "glorotUniform",
  "heNormal",
  "orthogonal",
  "parameterCount",
  "prepareTraining",
  "rotary",
  "scaledDotProductAttention",
  "train",
  "trainEpochs",
  "trainPrepared",
  "truncatedNormal",
  "unembed",
];

describe("every layer", () => {
  it("is held to the laws", () => {
    const missing = Object.keys(exported).filter((name) => !OTHERS.includes(name) && !(name in layers));
    expect(missing).toEqual([]);
  });
  for (const [name, [make, input, options]] of Object.entries(layers)) {
    moduleLaws({ test: it }, name, () => ({ module: make() as Module<unknown>, input }), options);
  }
});

describe("derivatives of attention and norms nest with every transform", () => {
  const Q = normal(key(1), [2, 1]);
  nestingLaws({ test: it }, "causal attention", (x) => scaledDotProductAttention(x, Q, x, { causal: true }).output, Q);
  nestingLaws({ test: it }, "rmsNorm", (x) => rmsNorm(2).apply({ scale: ones([2]) }, x), [0.3, -1]);
});

describe("planted mistakes are caught", () => {
  interface Gain {
    factor: NDArray;
    other: NDArray;
  }
  const gain = (
    parts: Partial<Omit<Module<Gain>, "roles">> & { roles?: unknown } = {},
    init?: (key: Key) => Gain,
  ): Module<Gain> => ({
    ...defineModule<Gain, NDArray, NDArray>({
      name: "gain",
      roles: { factor: "matrix", other: "bias" },
      init: init ?? ((key) => ({ factor: normal(key, [4]), other: zeros([4]) })),
      apply: ({ factor, other }, x) => x.mul(factor).tanh().add(other),
    }),
    ...(parts as Partial<Module<Gain>>),
  });
  const right = gain();
  const broken = (module: Module<Gain>) =>
    failuresOf((runner) => moduleLaws(runner, "wrong", () => ({ module, input: flat }))).map(({ name }) =>
      name.replace("wrong: ", ""),
    );
  let calls = 0;

  it("nothing in a layer that is right", () => expect(broken(right)).toEqual([]));

  const mistakes: Readonly<Record<string, readonly [law: string, wrong: Module<Gain>]>> = {
    "weights of one seed": [
      "equal keys start equally, others otherwise",
      gain({}, () => ({ factor: normal(key(0), [4]), other: zeros([4]) })),
    ],
    "weights without a seed": [
      "equal keys start equally, others otherwise",
      gain({}, (k) => ({ factor: normal(k, [4]).add(calls++), other: zeros([4]) })),
    ],
    "a role that is missing": [
      "every parameter has a role, and the table counts them",
      gain({ roles: { factor: "matrix" } }),
    ],
    "a role that there is not": [
      "every parameter has a role, and the table counts them",
      gain({ roles: { factor: "weight", other: "bias" } }),
    ],
    "a layer that counts its calls": [
      "arguments are left alone, and equal calls give equal bits",
      gain({ apply: (p, x) => right.apply(p, x).add(calls++) }),
    ],
    "a parameter that is cut off": [
      "derivatives of first and second order equal differences",
      gain({ apply: ({ factor, other }, x) => right.apply({ factor: stopGradient(factor), other }, x) }),
    ],
    "an input that is cut off": [
      "derivatives of first and second order equal differences",
      gain({ apply: (p, x) => right.apply(p, stopGradient(x)) }),
    ],
    "a curvature that is cut off": [
      "derivatives of first and second order equal differences",
      gain({ apply: ({ other }, x) => x.mul(stopGradient(x)).sub(stopGradient(x.square()).mul(0.5)).add(other) }),
    ],
    "a branch on values": [
      "compiled = eager, in value and gradient",
      gain({ apply: (p, x) => (x.at(0, 0).item() > 0 ? right.apply(p, x) : x) }),
    ],
    "statistics over the batch": [
      "examples are independent, and vmap is the batch",
      gain({ apply: (p, x) => right.apply(p, x.sub(x.mean(0))) }),
    ],
    "numbers in f64": [
      "f32 stays f32",
      gain({
        apply: (p, x) =>
          right
            .apply(p, x)
            .add(scalar(1).astype("f64"))
            .mul(array([1, 1, 1, 1])),
      }),
    ],
    "init without widths": ["f32 stays f32", gain({ init: (k) => right.init(k) })],
    "weights of its own": ["saved and loaded it is the same", hidden()],
    "draws without training": [
      "draws nothing",
      gain({ apply: (p, x, o = {}) => right.apply(p, o.key === undefined ? x : x.mul(normal(o.key, [4]))) }),
    ],
  };

  /** Keeps what `init` made last beside the parameters. */
  function hidden(): Module<Gain> {
    let own: NDArray = zeros([4]);
    return gain({
      init(k, options) {
        const made = right.init(k, options);
        own = made.factor;
        return made;
      },
      apply: (p, x) => right.apply(p, x).add(own),
    });
  }

  for (const [what, [law, wrong]] of Object.entries(mistakes)) {
    it(`${what}: ${law}`, () => expect(broken(wrong)).toContain(law));
  }

  it("dropout that forgets its key: draws by the key alone, and only while training", () => {
    const forgetful = {
      ...dropout(0.5),
      apply: (_p: object, x: NDArray, o: { training?: boolean } = {}) =>
        dropout(0.5).apply({}, x, { ...o, key: key(0) }),
    };
    const laws = failuresOf((runner) =>
      moduleLaws(runner, "wrong", () => ({ module: forgetful as Module<object>, input: flat }), { draws: true }),
    );
    expect(laws.map(({ name }) => name)).toEqual(["wrong: draws by the key alone, and only while training"]);
  });

  it("by every law at least one", () => {
    const found = new Set(Object.values(mistakes).map(([law]) => law));
    const all = namesOf((runner) => moduleLaws(runner, "wrong", () => ({ module: right, input: flat })));
    expect([...found].sort()).toEqual(all.map((name) => name.replace("wrong: ", "")).sort());
  });
});
