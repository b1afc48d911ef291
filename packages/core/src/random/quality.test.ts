// Do the draws have the distribution that they claim? Fixed keys, so these tests never flicker; every limit is the quantile of
// its statistic at 1e-4 (two-sided where it has two sides), and the same checks are run on planted mistakes.
import { describe, expect, it } from "vitest";
import { categoricalValues } from "./categorical.ts";
import { byInverse, byRace } from "./choose.ts";
import { exponentialValues } from "./exponential.ts";
import { integerValues } from "./integers.ts";
import { laplaceValues } from "./laplace.ts";
import { normalValues } from "./normal.ts";
import { shuffledPrefix } from "./permutation.ts";
import { childBits, drawWords, foldNumber, foldText, seedBits } from "./stream.ts";
import { truncatedValues } from "./truncated-normal.ts";
import { truncatedQuantile } from "./truncated-quantile.ts";
import { uniformValues } from "./uniform.ts";

const N = 40_000;
const SEEDS = [1, 2, 3];

/** √n·sup |F_n − F|; above 2.23 with probability 2·exp(−2·2.23²) = 1e-4. */
function kolmogorov(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((x, i) => {
    const F = cdf(x);
    largest = Math.max(largest, F - i / n, (i + 1) / n - F);
  });
  return Math.sqrt(n) * largest;
}
const KOLMOGOROV = 2.23;

/** χ² with k degrees of freedom as a standard normal number (Wilson & Hilferty 1931). */
function standardized(chiSquared: number, k: number): number {
  return (Math.cbrt(chiSquared / k) - (1 - 2 / (9 * k))) / Math.sqrt(2 / (9 * k));
}

function chiSquare(counts: ArrayLike<number>, expected: (cell: number) => number): number {
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) sum += (counts[cell]! - expected(cell)) ** 2 / expected(cell);
  return standardized(sum, counts.length - 1);
}
const NORMAL = 3.89; // |z| above it with probability 1e-4

function histogram(cells: Iterable<number>, count: number): Float64Array {
  const counts = new Float64Array(count);
  for (const cell of cells) counts[cell]! += 1;
  return counts;
}

/** Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}
const laplaceCdf = (x: number) => (x < 0 ? 0.5 * Math.exp(x) : 1 - 0.5 * Math.exp(-x));

/** A standard normal distribution cut to [a, b]; moments by E zᵏ = (k − 1)·E zᵏ⁻² + (aᵏ⁻¹φ(a) − bᵏ⁻¹φ(b))/(Φ(b) − Φ(a)). */
function truncated(a: number, b: number) {
  const mass = normalCdf(b) - normalCdf(a);
  const edge = (x: number, k: number) => (x ** k * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI) / mass;
  const m = [1, edge(a, 0) - edge(b, 0)];
  for (let k = 2; k <= 4; k++) m.push((k - 1) * m[k - 2]! + edge(a, k - 1) - edge(b, k - 1));
  const [, m1, m2, m3, m4] = m as [number, number, number, number, number];
  const variance = m2 - m1 ** 2;
  const fourth = m4 - 4 * m1 * m3 + 6 * m1 ** 2 * m2 - 3 * m1 ** 4;
  return {
    name: `normal between ${a} and ${b}`,
    draw: (words: Uint32Array) => truncatedValues(words, truncatedQuantile(a, b), { mean: 0, std: 1, low: a, high: b }),
    cdf: (x: number) => (normalCdf(x) - normalCdf(a)) / mass,
    moments: { mean: m1, variance, kurtosis: fourth / variance ** 2 },
  };
}

const mean = (x: Float64Array) => x.reduce((sum, v) => sum + v, 0) / x.length;

const DISTRIBUTIONS = [
  {
    name: "uniform f64",
    draw: (words: Uint32Array) => uniformValues(words, 0, 1, "f64"),
    cdf: (x: number) => x,
    moments: { mean: 1 / 2, variance: 1 / 12, kurtosis: 1.8 },
  },
  {
    name: "uniform f32",
    draw: (words: Uint32Array) => uniformValues(words, 0, 1, "f32"),
    cdf: (x: number) => x,
    moments: { mean: 1 / 2, variance: 1 / 12, kurtosis: 1.8 },
  },
  {
    name: "normal",
    draw: (words: Uint32Array) => normalValues(words, 0, 1),
    cdf: normalCdf,
    moments: { mean: 0, variance: 1, kurtosis: 3 },
  },
  {
    name: "laplace",
    draw: (words: Uint32Array) => laplaceValues(words, 1),
    cdf: laplaceCdf,
    moments: { mean: 0, variance: 2, kurtosis: 6 },
  },
  {
    name: "exponential",
    draw: (words: Uint32Array) => exponentialValues(words, 1),
    cdf: (x: number) => 1 - Math.exp(-x),
    moments: { mean: 1, variance: 1, kurtosis: 9 },
  },
  truncated(-1, 2),
  truncated(-2, 2),
  truncated(2.5, 3.5),
];

describe.each(DISTRIBUTIONS)("$name", ({ draw, cdf, moments }) => {
  it.each(SEEDS)("follows its distribution function (seed %i)", (seed) => {
    expect(kolmogorov(draw(drawWords(seedBits(seed), N)), cdf)).toBeLessThan(KOLMOGOROV);
  });

  it.each(SEEDS)("has its mean and variance (seed %i)", (seed) => {
    const x = draw(drawWords(seedBits(seed), N));
    const centered = x.map((v) => (v - moments.mean) ** 2);
    // standard errors: σ/√n of the mean, σ²√((κ − 1)/n) of the variance
    expect(Math.abs(mean(x) - moments.mean)).toBeLessThan(NORMAL * Math.sqrt(moments.variance / N));
    expect(Math.abs(mean(centered) - moments.variance)).toBeLessThan(
      NORMAL * moments.variance * Math.sqrt((moments.kurtosis - 1) / N),
    );
  });

  it("shows no dependence between neighbors, in 16 × 16 cells of equal probability", () => {
    const u = draw(drawWords(seedBits(4), N)).map(cdf);
    const cells = Array.from({ length: N / 2 }, (_, i) => cellOf(u[2 * i]!, u[2 * i + 1]!));
    expect(Math.abs(chiSquare(histogram(cells, 256), () => N / 2 / 256))).toBeLessThan(NORMAL);
  });

  it("is caught when shifted by 5 % of its deviation, or stretched by 5 %", () => {
    const x = draw(drawWords(seedBits(1), N));
    const deviation = Math.sqrt(moments.variance);
    const clipped = (value: number) => Math.min(1, Math.max(0, cdf(value)));
    expect(
      kolmogorov(
        x.map((v) => v + 0.05 * deviation),
        clipped,
      ),
    ).toBeGreaterThan(KOLMOGOROV);
    expect(
      kolmogorov(
        x.map((v) => moments.mean + 1.05 * (v - moments.mean)),
        clipped,
      ),
    ).toBeGreaterThan(KOLMOGOROV);
  });
});

function cellOf(u: number, v: number): number {
  return Math.min(15, Math.floor(16 * u)) * 16 + Math.min(15, Math.floor(16 * v));
}

describe("the tails of normal", () => {
  it("hold as many numbers beyond 3 and beyond 4 as they should", () => {
    const n = 1_000_000;
    const z = normalValues(drawWords(seedBits(5), n), 0, 1);
    for (const limit of [3, 4]) {
      const p = 2 * (1 - normalCdf(limit));
      const found = z.reduce((sum, v) => sum + (Math.abs(v) > limit ? 1 : 0), 0);
      expect(Math.abs(found - n * p)).toBeLessThan(NORMAL * Math.sqrt(n * p));
    }
  });
});

describe("integers", () => {
  it.each([2, 3, 10, 1000])("below %i come up equally often", (n) => {
    const counts = histogram(integerValues(drawWords(seedBits(6), N), 0, n), n);
    expect(Math.abs(chiSquare(counts, () => N / n))).toBeLessThan(NORMAL);
  });

  it("below 3·2^30 fall evenly on thirds, where the remainder of a 32-bit word would not", () => {
    const n = 3 * 2 ** 30;
    const words = drawWords(seedBits(7), N);
    const third = (value: number) => Math.floor(value / 2 ** 30);
    const fair = Array.from(integerValues(words, -(2 ** 31), n - 2 ** 31), (v) => third(v + 2 ** 31));
    const remainder = Array.from({ length: N }, (_, i) => third(words[2 * i]! % n));
    expect(Math.abs(chiSquare(histogram(fair, 3), () => N / 3))).toBeLessThan(NORMAL);
    expect(Math.abs(chiSquare(histogram(remainder, 3), () => N / 3))).toBeGreaterThan(NORMAL);
  });
});

describe("permutation", () => {
  const shuffles = Array.from({ length: 24_000 }, (_, i) =>
    shuffledPrefix(drawWords(foldNumber(seedBits(8), i), 4), 4),
  );
  const naive = Array.from({ length: 24_000 }, (_, i) => {
    // the planted mistake: every place swaps with any of the four
    const order = [0, 1, 2, 3];
    integerValues(drawWords(foldNumber(seedBits(8), i), 4), 0, 4).forEach((j, place) => {
      [order[place], order[j]] = [order[j]!, order[place]!];
    });
    return order;
  });
  const rank = (order: ArrayLike<number>) => {
    let code = 0;
    for (let i = 0; i < 4; i++) {
      let smaller = 0;
      for (let j = i + 1; j < 4; j++) if (order[j]! < order[i]!) smaller++;
      code = code * (4 - i) + smaller;
    }
    return code;
  };

  it("gives each of the 24 orders of four equally often", () => {
    expect(Math.abs(chiSquare(histogram(shuffles.map(rank), 24), () => 1000))).toBeLessThan(NORMAL);
  });

  it("is caught when it shuffles as is often done wrongly", () => {
    expect(Math.abs(chiSquare(histogram(naive.map(rank), 24), () => 1000))).toBeGreaterThan(NORMAL);
  });

  it("puts each number at each place equally often", () => {
    const n = 10;
    const counts = new Float64Array(n * n);
    for (let i = 0; i < 10_000; i++) {
      shuffledPrefix(drawWords(childBits(seedBits(9), i), n), n).forEach((value, place) => {
        counts[value * n + place]! += 1;
      });
    }
    // a place holds one number: (n − 1)² = 81 degrees of freedom, each with variance n/(n − 1) of a free cell
    const sum = counts.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
    expect(Math.abs(standardized((sum * (n - 1)) / n, (n - 1) ** 2))).toBeLessThan(NORMAL);
  });
});

describe("weighted choice", () => {
  const weights = Float64Array.of(1, 0, 4, 2, 3);

  it("with replacement follows the weights", () => {
    const counts = histogram(byInverse(drawWords(seedBits(10), N), weights), 5);
    expect(counts[1]).toBe(0);
    const positive = [0, 2, 3, 4];
    expect(
      Math.abs(
        chiSquare(
          positive.map((i) => counts[i]!),
          (cell) => (N * weights[positive[cell]!]!) / 10,
        ),
      ),
    ).toBeLessThan(NORMAL);
  });

  it("without replacement draws the second among the weights that are left", () => {
    const repeats = 20_000;
    const pairs: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const [first, second] = byRace(drawWords(foldNumber(seedBits(11), i), 5), weights, 2);
      pairs.push(first! * 5 + second!);
    }
    const cells = [0, 2, 3, 4].flatMap((a) => [0, 2, 3, 4].filter((b) => b !== a).map((b) => a * 5 + b));
    const counts = histogram(pairs, 25);
    const probability = (cell: number) => {
      const [a, b] = [weights[Math.floor(cell / 5)]!, weights[cell % 5]!];
      return ((a / 10) * b) / (10 - a);
    };
    expect(cells.reduce((sum, cell) => sum + counts[cell]!, 0)).toBe(repeats);
    const observed = cells.map((cell) => counts[cell]!);
    expect(Math.abs(chiSquare(observed, (i) => repeats * probability(cells[i]!)))).toBeLessThan(NORMAL);
    // planted: the second drawn as if the first were still there
    expect(
      Math.abs(
        chiSquare(observed, (i) => (repeats * weights[Math.floor(cells[i]! / 5)]! * weights[cells[i]! % 5]!) / 70),
      ),
    ).toBeGreaterThan(NORMAL);
  });
});

describe("categorical", () => {
  const rows = Float64Array.of(1, 0, 4, 2, 3, 2, 2, 2, 2, 2); // two rows of five classes, in turn
  const logits = rows.map(Math.log);
  const words = drawWords(seedBits(14), 10 * N);
  const expected = (row: number, j: number) => (N * rows[5 * row + j]!) / 10;
  /** χ² of the classes of one row. */
  const fit = (classes: ArrayLike<number>, row: number) => {
    const counts = histogram(
      Array.from({ length: N }, (_, i) => classes[2 * i + row]!),
      5,
    );
    const possible = [0, 1, 2, 3, 4].filter((j) => rows[5 * row + j]! > 0);
    expect(possible.reduce((sum, j) => sum + counts[j]!, 0)).toBe(N);
    return Math.abs(
      chiSquare(
        possible.map((j) => counts[j]!),
        (cell) => expected(row, possible[cell]!),
      ),
    );
  };

  it.each([0, 1])("follows row %i of its probabilities, and of its logits", (row) => {
    expect(fit(categoricalValues(words, rows, 5, "probabilities"), row)).toBeLessThan(NORMAL);
    expect(fit(categoricalValues(words, logits, 5, "logits"), row)).toBeLessThan(NORMAL);
  });

  it("is caught when uniform numbers race instead of exponential ones, or logits are halved", () => {
    const uniformRace = Array.from({ length: 2 * N }, (_, i) => {
      const times = [0, 1, 2, 3, 4].map((j) => words[2 * (5 * i + j)]! / rows[5 * (i % 2) + j]!);
      return times.indexOf(Math.min(...times));
    });
    expect(fit(uniformRace, 0)).toBeGreaterThan(NORMAL);
    expect(
      fit(
        categoricalValues(
          words,
          logits.map((x) => x / 2),
          5,
          "logits",
        ),
        0,
      ),
    ).toBeGreaterThan(NORMAL);
  });
});

describe("streams", () => {
  const parent = seedBits(12);
  const STREAMS = [
    { name: "child 0 and child 1", a: childBits(parent, 0), b: childBits(parent, 1) },
    { name: "parent and child 0", a: parent, b: childBits(parent, 0) },
    { name: "label 0 and label 1", a: foldNumber(parent, 0), b: foldNumber(parent, 1) },
    { name: 'label "a" and label "b"', a: foldText(parent, "a"), b: foldText(parent, "b") },
    { name: "seed 12 and seed 13", a: parent, b: seedBits(13) },
    { name: "child 0 and label 0", a: childBits(parent, 0), b: foldNumber(parent, 0) },
  ];
  const correlation = (x: Float64Array, y: Float64Array) => mean(x.map((v, i) => v * y[i]!)) * Math.sqrt(N);

  it.each(STREAMS)("$name are uncorrelated and fill pairs of cells evenly", ({ a, b }) => {
    const [wordsA, wordsB] = [drawWords(a, N), drawWords(b, N)];
    expect(Math.abs(correlation(normalValues(wordsA, 0, 1), normalValues(wordsB, 0, 1)))).toBeLessThan(NORMAL);
    const [u, v] = [uniformValues(wordsA, 0, 1, "f64"), uniformValues(wordsB, 0, 1, "f64")];
    const cells = Array.from(u, (value, i) => cellOf(value, v[i]!));
    expect(Math.abs(chiSquare(histogram(cells, 256), () => N / 256))).toBeLessThan(NORMAL);
  });

  it("are caught when a key is used twice: the noise repeats the data", () => {
    const reused = drawWords(parent, N);
    expect(Math.abs(correlation(normalValues(reused, 0, 1), normalValues(reused, 0, 1)))).toBeGreaterThan(NORMAL);
  });

  it("are caught when a child starts one element later in the parent's stream", () => {
    const [here, next] = [drawWords(parent, N), drawWords(parent, N, 1)];
    const blocks = new Set(Array.from({ length: N }, (_, i) => here[2 * i]! * 2 ** 21 + here[2 * i + 1]!));
    const shared = (words: Uint32Array) =>
      Array.from({ length: N }, (_, i) => words[2 * i]! * 2 ** 21 + words[2 * i + 1]!).filter((w) => blocks.has(w))
        .length;
    expect(shared(drawWords(childBits(parent, 0), N))).toBe(0);
    expect(shared(next)).toBe(N - 1);
  });

  it("of 1,000 consecutive seeds and of 1,000 labels start evenly", () => {
    for (const keys of [
      Array.from({ length: 1000 }, (_, i) => seedBits(i)),
      Array.from({ length: 1000 }, (_, i) => foldText(parent, `layer${i}`)),
    ]) {
      const first = Float64Array.from(keys, (bits) => uniformValues(drawWords(bits, 1), 0, 1, "f64")[0]!);
      expect(kolmogorov(first, (x) => x)).toBeLessThan(KOLMOGOROV);
    }
  });
});
