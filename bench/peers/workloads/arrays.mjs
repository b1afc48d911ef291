// Elementwise chains and reductions.
import { input, normal, sizeOf, spread } from "../data.mjs";
import { erf, sigmoid } from "./oracle.mjs";

/** The functions, and the same in f64 for one number. The first two are chains that an engine may fuse into one pass. */
const maps = {
  relu: (x) => Math.max(0, 1.5 * x + 0.25) * x - 0.5,
  silu: (x) => sigmoid(1.5 * x + 0.25) * x,
  tanh: Math.tanh,
  exp: Math.exp,
  erf,
  log: Math.log,
};
const gbps = (bytes) => ({ name: "GB/s", from: (ns) => bytes / ns });
const ms = { name: "ms", from: (ns) => ns / 1e6, smaller: true };
const tolerance = { f32: 2e-6, f64: 1e-12 }; // of max(|value|, 0.1): 17 ulp in f32; far below what a wrong function gives

function map(fn, n, dtype) {
  const probes = spread(n, 1000);
  return {
    id: `map-${fn}${dtype === "f64" ? "-f64" : ""}-1e${Math.round(Math.log10(n))}`,
    family: "map",
    dtype,
    mayBeLoose: dtype === "f32",
    params: { fn },
    inputs: () => {
      const x = normal([n], 3, { dtype });
      return { x: fn === "log" ? input([n], x.data.map(Math.abs), dtype) : x };
    },
    probes: () => probes,
    expected: ({ x }) => {
      const values = probes.map((i) => maps[fn](x.data[i]));
      return { values, tolerances: values.map((v) => tolerance[dtype] * Math.max(Math.abs(v), 0.1)) };
    },
    metric: gbps(2 * n * (dtype === "f64" ? 8 : 4)), // one read and one write per entry
  };
}

function reduction(id, family, shape, expected) {
  const probes = family === "sum" ? [0] : spread(family === "logsumexp" ? shape[0] : sizeOf(shape), 600);
  return {
    id,
    family,
    dtype: "f32",
    mayBeLoose: true,
    params: {},
    inputs: () => ({ x: normal(shape, 3) }),
    probes: () => probes,
    expected: ({ x }) => expected(x, probes),
    metric: ms,
  };
}

function sumOf(x) {
  let sum = 0;
  let size = 0;
  for (const v of x.data) {
    sum += v;
    size += Math.abs(v);
  }
  return { values: [sum], tolerances: [1e-6 * size] };
}

/** A function of one row, at entries of the result: `pick(row)` prepares it, `at(prepared, value)` is one entry. */
const byRows = (prepare, at) => (x, probes) => {
  const width = x.shape[1];
  const values = probes.map((p) => {
    const i = Math.floor(p / width);
    return at(prepare(Array.from(x.data.subarray(i * width, (i + 1) * width))), x.data[p]);
  });
  return { values, tolerances: values.map((v) => 1e-5 * Math.max(Math.abs(v), 1e-3)) };
};
const logSumExp = (row) => {
  const top = Math.max(...row);
  return top + Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
};
const moments = (row) => {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  return { mean, variance: row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length };
};
const softmaxEntries = byRows(logSumExp, (total, v) => Math.exp(v - total));
const layerNormEntries = byRows(moments, ({ mean, variance }, v) => (v - mean) / Math.sqrt(variance + 1e-5));
const logSumExpEntries = (x, rows) => {
  const width = x.shape[1];
  const values = rows.map((i) => logSumExp(Array.from(x.data.subarray(i * width, (i + 1) * width))));
  return { values, tolerances: values.map((v) => 1e-6 * Math.abs(v)) };
};

function rbfRows(quick) {
  const [n, d, rows, gamma] = [quick ? 1000 : 10_000, 20, quick ? 50 : 500, 0.0501];
  const probes = spread(rows * n, 1000);
  return {
    id: "rbf-rows",
    family: "rbf",
    dtype: "f32",
    params: { rows, gamma },
    inputs: () => ({ X: normal([n, d], 51) }),
    probes: () => probes,
    expected: ({ X }) => {
      const values = probes.map((p) => {
        const [i, j] = [Math.floor(p / n), p % n];
        let distance = 0;
        for (let k = 0; k < d; k++) distance += (X.data[i * d + k] - X.data[j * d + k]) ** 2;
        return Math.exp(-gamma * distance);
      });
      return { values, tolerances: values.map(() => 2e-6) };
    },
    metric: { name: "ms per row", from: (ns) => ns / 1e6 / rows, smaller: true },
  };
}

/** One Adam step on given gradients, from zero moments: w − η·g/(|g| + ε). */
function adamFlat(quick) {
  const shapes = quick ? [[40, 30], [30]] : [[784, 512], [512], [512, 256], [256], [256, 10], [10]]; // the leaves of the mlp workload, 535,818 entries
  const sizes = shapes.map(sizeOf);
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const probes = spread(starts.at(-1) + sizes.at(-1), 1000);
  return {
    id: "adam-flat",
    family: "adam",
    dtype: "f32",
    params: { leaves: shapes.length },
    inputs: () =>
      Object.fromEntries(
        shapes.flatMap((shape, i) => [
          [`p${i}`, normal(shape, 60 + i)],
          [`g${i}`, normal(shape, 70 + i, { scale: 0.01 })],
        ]),
      ),
    probes: () => probes,
    expected: (inputs) => {
      const values = probes.map((p) => {
        const leaf = starts.findLastIndex((start) => start <= p);
        const [w, g] = ["p", "g"].map((name) => inputs[`${name}${leaf}`].data[p - starts[leaf]]);
        return w - (1e-3 * g) / (Math.abs(g) + 1e-8);
      });
      // A step has size 1e-3: 1e-6 would show a wrong correction of the moments.
      return { values, tolerances: values.map((v) => 1e-6 + 1e-6 * Math.abs(v)) };
    },
    metric: ms,
  };
}

function gram(n, d) {
  const probes = spread(d * d, 200).filter((p) => p % d >= Math.floor(p / d)); // the upper triangle is asked for
  return {
    id: `gram-${d}`,
    family: "gram",
    dtype: "f64",
    params: {},
    inputs: () => ({ X: normal([n, d], 41, { dtype: "f64" }) }),
    probes: () => probes,
    expected: ({ X }) => {
      const entries = probes.map((p) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += X.data[i * d + Math.floor(p / d)] * X.data[i * d + (p % d)];
        return sum;
      });
      return { values: entries, tolerances: entries.map(() => 1e-9) };
    },
    metric: { name: "GF/s", from: (ns) => (n * d * d) / ns },
  };
}

export function arrayWorkloads(quick) {
  const lengths = quick ? [1e4] : [1e6, 1e7];
  const rows = quick ? [64, 100] : [1024, 1024];
  return [
    ...["f32", "f64"].flatMap((dtype) => Object.keys(maps).flatMap((fn) => lengths.map((n) => map(fn, n, dtype)))),
    ...lengths.map((n) => reduction(`sum-1e${Math.round(Math.log10(n))}`, "sum", [n], sumOf)),
    reduction("logsumexp-rows", "logsumexp", rows, logSumExpEntries),
    reduction("layernorm", "layernorm", rows, layerNormEntries),
    reduction("softmax", "softmax", rows, softmaxEntries),
    adamFlat(quick),
    ...(quick ? [gram(200, 40)] : [gram(5000, 400), gram(5000, 2000)]),
    rbfRows(quick),
    {
      id: "eager-add-16",
      family: "eager-add",
      dtype: "f32",
      params: {},
      inputs: () => ({ x: normal([16], 3), y: normal([16], 4) }),
      probes: () => spread(16),
      expected: ({ x, y }) => ({
        values: Array.from(x.data, (v, i) => v + y.data[i]),
        tolerances: Array(16).fill(1e-6),
      }),
      metric: { name: "ns", from: (ns) => ns, smaller: true },
    },
    {
      id: "compiled-add-16",
      family: "compiled-add",
      dtype: "f32",
      params: {},
      inputs: () => ({ x: normal([16], 3) }),
      probes: () => spread(16),
      expected: ({ x }) => ({ values: Array.from(x.data, (v) => v + 1), tolerances: Array(16).fill(1e-6) }),
      metric: { name: "ns", from: (ns) => ns, smaller: true },
    },
  ];
}
