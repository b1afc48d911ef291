// Inputs of the workloads: a linear congruential generator, so that every language can draw the same numbers.
//
//     s ← (1664525·s + 1013904223) mod 2³²      u = s/2³²      normal = (u₁ + u₂ + u₃ + u₄ − 2)·1.7·scale

/** Uniform numbers in [0, 1) from a seed. */
export function uniform(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array };

/** What a workload hands to an engine: a shape, a width, and the numbers in row-major order. */
export function input(shape, data, dtype = "f32") {
  return { shape, dtype, data: data instanceof arrays[dtype] ? data : arrays[dtype].from(data) };
}

/** Nearly normal numbers: the sum of four uniform ones, of standard deviation about `scale`. */
export function normal(shape, seed, { scale = 1, dtype = "f32" } = {}) {
  const u = uniform(seed);
  const data = new arrays[dtype](sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = (u() + u() + u() + u() - 2) * 1.7 * scale;
  return { shape, dtype, data };
}

export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** `count` positions spread over `size` entries, always with the first and the last one: edges are where kernels fail. */
export function spread(size, count = 256) {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  const step = (size - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => Math.round(i * step));
}
