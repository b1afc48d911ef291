// What is multiplied: [name, m, n, k, form, matrices, dtype].
export const SHAPES = [
  ...[64, 256, 512, 1024].flatMap((n) => ["NN", "NT", "TN"].map((form) => [`${n}`, n, n, n, form, 1, "f32"])),
  ...[256, 512, 1024].map((n) => [`${n}`, n, n, n, "NN", 1, "f64"]),
  ["attention scores", 64, 64, 32, "NT", 64, "f32"],
  ["attention values", 64, 32, 64, "NN", 64, "f32"],
  ["vocabulary 65", 1024, 65, 128, "NN", 1, "f32"],
  ["dense 784×512", 128, 512, 784, "NN", 1, "f32"],
  ["its gradient", 784, 512, 128, "TN", 1, "f32"],
  ["k = 10", 1000, 100, 10, "NN", 1, "f32"],
  ["16", 16, 16, 16, "NN", 1, "f32"],
  ["matrix · vector", 1000, 1, 1000, "NN", 1, "f32"],
  ["vector · matrix", 1, 1000, 1000, "NN", 1, "f32"],
  ["logistic scores", 20_000, 1, 500, "NN", 1, "f64"],
  ["logistic gradient", 500, 1, 20_000, "TN", 1, "f64"],
  ["Gram", 400, 400, 5000, "TN=", 1, "f64"],
];

/** A kernel and its buffers. "TN=": A is B, so the product is symmetric. */
export function problem([, m, n, k, form, matrices, dtype]) {
  const batch = matrices === 1 ? [] : [matrices];
  const side = (buffer, rows, columns, transposed) => ({
    buffer,
    offset: 0,
    rowStride: transposed ? 1 : columns,
    columnStride: transposed ? rows : 1,
    batchStrides: batch.map(() => rows * columns),
  });
  const kernel = {
    kind: "matmul",
    dtype,
    batch,
    m,
    n,
    k,
    a: side(0, m, k, form[0] === "T"),
    b: side(form.endsWith("=") ? 0 : 1, k, n, form[1] === "T"),
    c: side(2, m, n, false),
  };
  return {
    kernel,
    buffers: [normal(m * k * matrices, 1), normal(k * n * matrices, 2), normal(m * n * matrices, 3)].map(as(dtype)),
  };
}

const as = (dtype) => (values) => (dtype === "f32" ? Float32Array.from(values) : values);

/** The generator of the suite: (u₁ + u₂ + u₃ + u₄ − 2)·1.7 */
function normal(size, seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float64Array.from({ length: size }, () => (uniform() + uniform() + uniform() + uniform() - 2) * 1.7);
}
