// Matrix products: C = A·B ("nn"), A·Bᵀ ("nt"), Aᵀ·B ("tn").
import { normal, spread } from "../data.mjs";
import { productEntries } from "./oracle.mjs";

const gflops = (flops) => ({ name: "GF/s", from: (ns) => flops / ns });

function operands({ form, m, n, k, batch }, seedA, seedB, dtype) {
  const lead = batch === undefined ? [] : [batch];
  return {
    a: normal([...lead, ...(form === "tn" ? [k, m] : [m, k])], seedA, { dtype }),
    b: normal([...lead, ...(form === "nt" ? [n, k] : [k, n])], seedB, { dtype }),
  };
}

function product(id, shape, dtype, extra = {}) {
  const probes = spread(shape.m * shape.n);
  return {
    id,
    family: "matmul",
    dtype,
    params: { form: shape.form },
    inputs: () => operands(shape, 1, 2, dtype),
    probes: () => probes,
    expected: (inputs) => productEntries({ ...inputs, ...shape }, probes),
    metric: gflops(2 * shape.m * shape.n * shape.k),
    ...extra,
  };
}

/** Every product of one training step of the gpt workload: forward, weights and inputs of each layer; attention per head. */
function gptProducts() {
  const dense = (M, N, K) => [
    { form: "nn", m: M, n: N, k: K },
    { form: "tn", m: K, n: N, k: M },
    { form: "nt", m: M, n: K, k: N },
  ];
  const heads = (form, m, n, k) => ({ form, m, n, k, batch: 64 });
  const attention = [
    heads("nt", 64, 64, 32), // scores = Q·Kᵀ
    heads("nn", 64, 32, 64), // scores·V
    heads("nt", 64, 64, 32), // and the four of the backward pass
    heads("tn", 64, 32, 64),
    heads("nn", 64, 32, 64),
    heads("tn", 64, 32, 64),
  ];
  const layer = [
    ...dense(1024, 384, 128),
    ...dense(1024, 128, 128),
    ...dense(1024, 512, 128),
    ...dense(1024, 128, 512),
    ...attention,
  ];
  return [...layer, ...layer, ...dense(1024, 65, 128)];
}

function gpt() {
  const products = gptProducts();
  const flops = products.reduce((sum, { m, n, k, batch = 1 }) => sum + 2 * m * n * k * batch, 0);
  const positions = products.map(({ m, n, batch = 1 }) => spread(m * n * batch, 8));
  const sizes = products.map(({ m, n, batch = 1 }) => m * n * batch);
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  return {
    id: "matmul-gpt",
    family: "matmuls",
    dtype: "f32",
    params: { forms: products.map(({ form }) => form) },
    // No two products share an operand: nothing may be computed once for both.
    inputs: () =>
      Object.fromEntries(
        products.flatMap((shape, i) => {
          const { a, b } = operands(shape, 100 + 2 * i, 101 + 2 * i, "f32");
          return [
            [`a${i}`, a],
            [`b${i}`, b],
          ];
        }),
      ),
    probes: () => positions.flatMap((list, i) => list.map((p) => starts[i] + p)),
    expected: (inputs) => {
      const all = products.map((shape, i) =>
        productEntries({ a: inputs[`a${i}`], b: inputs[`b${i}`], ...shape }, positions[i]),
      );
      return { values: all.flatMap((e) => e.values), tolerances: all.flatMap((e) => e.tolerances) };
    },
    metric: gflops(flops),
  };
}

export function matmulWorkloads(quick) {
  const forms = ["nn", "nt", "tn"];
  const sizes = quick ? [64, 128] : [64, 256, 512, 1024, 2048];
  const squares = (form, n) => ({ form, m: n, n, k: n });
  return [
    ...forms.map((form) =>
      product(`matmul-odd-${form}`, { form, m: 37, n: 45, k: 300 }, "f32", { checkOnly: true, what: "37×45×300" }),
    ),
    ...forms.flatMap((form) => sizes.map((n) => product(`matmul-${form}-${n}`, squares(form, n), "f32"))),
    ...(quick ? [128] : [256, 512, 1024]).map((n) => product(`matmul-f64-nn-${n}`, squares("nn", n), "f64")),
    ...(quick ? [] : [gpt()]),
  ];
}
