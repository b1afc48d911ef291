// What results must be, in f64 and by other code than any engine's: an engine is timed only after it agrees.

/** Entries of op(A)·op(B) with the bound γ_K·(|A|·|B|) on the error of any order of summation. */
export function productEntries({ a, b, form, m, n, k, batch = 1 }, positions) {
  const values = [];
  const tolerances = [];
  const unit = a.dtype === "f64" ? 2 ** -53 : 2 ** -24;
  for (const position of positions) {
    const which = Math.floor(position / (m * n));
    if (which >= batch) throw new RangeError(`position ${position} is outside of the product`);
    const i = Math.floor(position / n) % m;
    const j = position % n;
    let sum = 0;
    let size = 0;
    for (let p = 0; p < k; p++) {
      const x = a.data[which * m * k + (form === "tn" ? p * m + i : i * k + p)];
      const y = b.data[which * k * n + (form === "nt" ? j * k + p : p * n + j)];
      sum += x * y;
      size += Math.abs(x * y);
    }
    values.push(sum);
    tolerances.push(2 * k * unit * size); // products and sums each round once: γ_K ≈ K·u, doubled for the f64 sum here
  }
  return { values, tolerances };
}

/** erf to about 1e-15: its series for small |x|, the continued fraction of erfc beyond (Abramowitz & Stegun 7.1.5, 7.1.14). */
export function erf(x) {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let k = 1; Math.abs(term) > 1e-17 * sum && k < 200; k++) {
      term *= (-a * a) / k;
      sum += term / (2 * k + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = a;
  for (let k = 120; k > 0; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}

export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Mean log loss of z = Xw + b with its gradient, in one pass; labels 0 and 1. */
export function logisticPass(X, y, w, b) {
  const [n, d] = X.shape;
  const gradient = new Float64Array(d + 1);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let z = b;
    for (let j = 0; j < d; j++) z += X.data[i * d + j] * w[j];
    loss += softplus(z) - y.data[i] * z;
    const r = sigmoid(z) - y.data[i];
    for (let j = 0; j < d; j++) gradient[j] += r * X.data[i * d + j];
    gradient[d] += r;
  }
  return { loss: loss / n, gradient: gradient.map((g) => g / n) };
}
