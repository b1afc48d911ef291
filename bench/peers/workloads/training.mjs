// Training steps: the same initial weights, formula and optimizer for every engine; the loss is read at each step.
import { input, normal, uniform } from "../data.mjs";
import { logisticPass, sigmoid } from "./oracle.mjs";

const steps = { name: "steps/s", from: (ns) => 1e9 / ns };
const ms = { name: "ms", from: (ns) => ns / 1e6, smaller: true };

/** Losses before steps 1, 2 and 3. The first to 4 digits; the later ones show that gradient and optimizer are the same. */
const losses = (values, later = 5e-4) => ({
  values,
  tolerances: values.map((v, i) => (i === 0 ? 5e-5 * Math.max(1, v) : later)),
});

function mlpInputs(sizes, batch) {
  const layers = sizes.slice(1).flatMap((width, i) => [
    [`w${i + 1}`, normal([sizes[i], width], i + 1, { scale: Math.sqrt(2 / sizes[i]) })],
    [`b${i + 1}`, input([width], new Float32Array(width))],
  ]);
  const classes = sizes.at(-1);
  return {
    ...Object.fromEntries(layers),
    x: normal([batch, sizes[0]], 7),
    labels: input(
      [batch],
      Int32Array.from({ length: batch }, (_, r) => (7 * r) % classes),
      "i32",
    ),
  };
}

function gptInputs({ d, s, b, blocks, v }) {
  let seed = 1;
  const weight = (...shape) => normal(shape, seed++, { scale: 0.02 });
  const inputs = { tokens: weight(v, d), positions: weight(s, d), head: weight(d, v) };
  for (let i = 0; i < blocks; i++) {
    inputs[`qkv${i}`] = weight(d, 3 * d);
    inputs[`o${i}`] = weight(d, d);
    inputs[`f1${i}`] = weight(d, 4 * d);
    inputs[`f2${i}`] = weight(4 * d, d);
  }
  for (const [name, from] of [
    ["ids", 11],
    ["targets", 12],
  ]) {
    const u = uniform(from);
    inputs[name] = input(
      [b, s],
      Int32Array.from({ length: b * s }, () => Math.floor(v * u())),
      "i32",
    );
  }
  return inputs;
}

function logistic(n, d) {
  const make = () => {
    const X = normal([n, d], 31, { dtype: "f64" });
    const w = normal([d], 32, { scale: 2 / Math.sqrt(d), dtype: "f64" }).data;
    const u = uniform(33);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let z = 0.3;
      for (let j = 0; j < d; j++) z += X.data[i * d + j] * w[j];
      y[i] = u() < sigmoid(z) ? 1 : 0;
    }
    return { X, y: input([n], y, "f64") };
  };
  return {
    id: `logistic-vg-${n}x${d}`,
    family: "logistic-vg",
    dtype: "f64",
    params: { at: 0.01 },
    inputs: make,
    probes: () => Array.from({ length: d + 2 }, (_, i) => i), // value, gradient of w, gradient of b
    expected: ({ X, y }) => {
      const { loss, gradient } = logisticPass(X, y, new Float64Array(d).fill(0.01), 0.01);
      return { values: [loss, ...gradient], tolerances: Array(d + 2).fill(1e-11) };
    },
    metric: ms,
  };
}

// Losses and the norm below: PyTorch 2.15.0 in float64 on the same inputs (python/torch_engine.py with dtype "f64").
const known = {
  mlp: { full: [2.970266, 1.606803, 0.827562], quick: [3.537739, 3.47103, 3.405924] },
  mlpGradient: { full: [2.970266, 4.681326], quick: [3.537739, 3.321619] },
  linreg: { full: [0.979674, 0.979298, 0.978943], quick: [1.407578, 1.407054, 1.406538] },
  gpt: { full: [4.203476, 4.014167, 3.846462], quick: [2.406228, 2.353246, 2.307336] },
};

export function trainingWorkloads(quick) {
  const scale = quick ? "quick" : "full";
  const mlp = (id, family, values) => ({
    id,
    family,
    dtype: "f32",
    params: {},
    inputs: () => (quick ? mlpInputs([30, 20, 15, 10], 16) : mlpInputs([784, 512, 256, 10], 128)),
    checkCalls: family.startsWith("mlp-step") ? 3 : 1,
    expected: () => losses(values),
    metric: family.startsWith("mlp-step") ? steps : ms,
  });
  const shape = quick
    ? { d: 16, s: 8, b: 2, blocks: 2, heads: 2, v: 11 }
    : { d: 128, s: 64, b: 16, blocks: 2, heads: 4, v: 65 };
  return [
    mlp("mlp", "mlp-step", known.mlp[scale]),
    mlp("mlp-copied", "mlp-step-copied", known.mlp[scale]),
    mlp("mlp-forward", "mlp-forward", known.mlp[scale].slice(0, 1)),
    mlp("mlp-gradient", "mlp-gradient", known.mlpGradient[scale]),
    {
      id: "linreg",
      family: "linreg",
      dtype: "f32",
      params: {},
      inputs: () =>
        quick ? { x: normal([50, 4], 5), y: normal([50], 6) } : { x: normal([1000, 10], 5), y: normal([1000], 6) },
      checkCalls: 3,
      expected: () => losses(known.linreg[scale], 2e-6), // a step changes the loss by 4e-4
      metric: steps,
    },
    {
      id: "gpt",
      family: "gpt",
      dtype: "f32",
      params: { blocks: shape.blocks, heads: shape.heads },
      inputs: () => gptInputs(shape),
      checkCalls: 3,
      expected: () => losses(known.gpt[scale]),
      metric: steps,
    },
    ...(quick ? [logistic(500, 7)] : [logistic(100_000, 50), logistic(20_000, 500)]),
  ];
}
