import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { DataError, OptionError, ShapeError } from "../errors/index.ts";
import { standardExponential } from "./exponential.ts";
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

const numbers = (x: { toArray(): number[] }) => x.toArray();
const anyKey = fc.maxSafeInteger().map((seed) => key(seed));

describe("the numbers of a key", () => {
  // Frozen: a change here changes the result of every seed that anybody has written down.
  const root = key(42);
  const weights = array([1, 0, 4, 2, 3]);
  it.each<[string, number[], number[]]>([
    ["key", numbers(root.bits), [0, 42]],
    ["key of -1", numbers(key(-1).bits), [-1, -1]],
    ["key of 2^53 - 1", numbers(key(2 ** 53 - 1).bits), [2097151, -1]],
    ["split", numbers(split(root, 3)[2]!.bits), [1373621845, 1837404763]],
    ["fold 7", numbers(fold(root, 7).bits), [1624105872, 1154590866]],
    ["fold -7", numbers(fold(root, -7).bits), [864965304, 930888799]],
    ["fold 2^40", numbers(fold(root, 2 ** 40).bits), [-1131835860, -1975241048]],
    ['fold "dropout"', numbers(fold(root, "dropout").bits), [-1813324183, 695525001]],
    ['fold ""', numbers(fold(root, "").bits), [-1837046849, -692179996]],
    [
      "uniform",
      numbers(uniform(root, [4])),
      [0.42672756361231334, 0.10015824296670306, 0.19643803754070277, 0.3914102647530826],
    ],
    [
      "uniform f32 in [-1, 2)",
      numbers(uniform(root, [4], { low: -1, high: 2, dtype: "f32" })),
      [0.2801826000213623, -0.6995253562927246, -0.4106859564781189, 0.174230694770813],
    ],
    [
      "normal",
      numbers(normal(root, [4])),
      [1.4518444305010996, 0.25375671068251043, 0.514183193438544, 1.2340628824133775],
    ],
    [
      "normal f32 around 1, deviation 2",
      numbers(normal(root, [4], { mean: 1, std: 2, dtype: "f32" })),
      [3.903688907623291, 1.507513403892517, 2.0283663272857666, 3.468125820159912],
    ],
    [
      "laplace",
      numbers(laplace(root, [4])),
      [0.15846230602649003, 1.6078567570970228, 0.9342610270781297, 0.2448518216265615],
    ],
    [
      "exponential",
      numbers(exponential(root, [4])),
      [0.8516094865864353, 2.3010039376569678, 1.6274082076380751, 0.9379990021865068],
    ],
    [
      "truncatedNormal",
      numbers(truncatedNormal(root, [4], { low: -2, high: 2 })),
      [-0.17621763938261387, -1.183269661863768, -0.80555343945088, -0.2628032245221808],
    ],
    [
      "truncatedNormal in the tail",
      numbers(truncatedNormal(root, [4], { low: 40 })),
      [40.01389876651203, 40.00263667613445, 40.00546374114499, 40.01240560625575],
    ],
    [
      "truncatedNormal f32",
      numbers(truncatedNormal(root, [4], { mean: 1, std: 2, high: 0, dtype: "f32" })),
      [-1.2371431589126587, -2.735382080078125, -2.0993709564208984, -1.3423446416854858],
    ],
    ["categorical", numbers(categorical(root, [8], { probabilities: weights })), [4, 3, 4, 3, 0, 2, 4, 2]],
    ["bernoulli", numbers(bernoulli(root, 0.5, [8])), [1, 1, 1, 1, 0, 1, 0, 0]],
    ["integers 1 … 6", numbers(integers(root, [8], { low: 1, high: 7 })), [3, 1, 2, 3, 5, 3, 6, 4]],
    [
      "integers of 32 bits",
      numbers(integers(root, [4], { low: -(2 ** 31), high: 2 ** 31 })),
      [-314702705, -1717307281, -1303788684, -466389368],
    ],
    ["permutation", numbers(permutation(root, 10)), [4, 1, 3, 5, 8, 7, 9, 0, 6, 2]],
    ["choose", numbers(choose(root, 10, 4)), [4, 1, 3, 5]],
    ["choose with replacement", numbers(choose(root, 10, 4, { replace: true })), [4, 1, 1, 3]],
    ["choose by weight", numbers(choose(root, 5, 4, { weights })), [4, 2, 3, 0]],
    ["choose by weight with replacement", numbers(choose(root, 5, 6, { weights, replace: true })), [2, 2, 2, 2, 4, 2]],
  ])("%s is what it was", (_, drawn, frozen) => {
    expect(drawn).toEqual(frozen);
  });
});

describe("a draw", () => {
  const DRAWS: { name: string; draw: (k: Key, shape: number[]) => NDArray<"float" | "int" | "bool"> }[] = [
    { name: "uniform", draw: (k, shape) => uniform(k, shape) },
    { name: "uniform f32", draw: (k, shape) => uniform(k, shape, { dtype: "f32" }) },
    { name: "normal", draw: (k, shape) => normal(k, shape) },
    { name: "laplace", draw: (k, shape) => laplace(k, shape) },
    { name: "exponential", draw: (k, shape) => exponential(k, shape) },
    { name: "truncatedNormal", draw: (k, shape) => truncatedNormal(k, shape, { high: -3 }) },
    { name: "categorical", draw: (k, shape) => categorical(k, shape, { logits: array([0, 1, -1]) }) },
    { name: "bernoulli", draw: (k, shape) => bernoulli(k, 0.3, shape) },
    { name: "integers", draw: (k, shape) => integers(k, shape, { high: 100 }) },
  ];

  it.each(DRAWS)("of $name has the shape and starts as a shorter one does", ({ draw }) => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 6 }), fc.nat({ max: 6 }), (k, rows, columns) => {
        const x = draw(k, [rows, columns]);
        expect(x.shape).toEqual([rows, columns]);
        expect(
          draw(k, [3 + rows * columns])
            .toArray()
            .slice(0, -3),
        ).toEqual(x.toArray());
      }),
    );
    expect(draw(key(0), []).shape).toEqual([]);
  });

  it.each(DRAWS)("of $name refuses shapes that are none, and keys that are none", ({ draw }) => {
    expect(() => draw(key(0), [2, -1])).toThrow(OptionError);
    expect(() => draw(key(0), [1.5])).toThrow(OptionError);
    expect(() => draw(42 as unknown as Key, [2])).toThrow(/must be a key, got 42. Make one from a seed: key\(42\)/);
  });
});

describe("uniform", () => {
  it("stays in [low, high) in both widths, also where the interval holds few numbers", () => {
    for (const dtype of ["f32", "f64"] as const) {
      const low = 1;
      const high = 1 + 3 * (dtype === "f32" ? 2 ** -23 : 2 ** -52);
      const values = new Set(numbers(uniform(key(3), [3000], { low, high, dtype })));
      expect(values.size).toBe(3);
      expect(Math.max(...values)).toBeLessThan(high);
      expect(Math.min(...values)).toBe(low);
    }
  });

  it("in f32 is the f64 draw cut to 24 bits", () => {
    const cut = numbers(uniform(key(4), [100])).map((u) => Math.floor(u * 2 ** 24) / 2 ** 24);
    expect(numbers(uniform(key(4), [100], { dtype: "f32" }))).toEqual(cut);
  });

  it("refuses limits in the wrong order, and reports every problem at once", () => {
    expect(() => uniform(key(0), [1], { low: 1, high: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: uniform: high must be greater than low, got low 1, high 1.]`,
    );
    expect(() => uniform(key(0), [1], { low: 1, high: 1 + 2 ** -30, dtype: "f32" })).toThrow(/greater than low in f32/);
    expect(() => uniform(key(0), [1], { low: -1.7e308, high: 1.7e308 })).toThrow(/high - low must be finite/);
    expect(() => uniform(key(0), [1], { lo: 3 } as object)).toThrow(/unknown option "lo". Did you mean "low"/);
  });
});

describe("normal", () => {
  it("in f32 is the f64 draw, rounded once", () => {
    const wide = numbers(normal(key(5), [100], { mean: 3, std: 0.1 }));
    expect(numbers(normal(key(5), [100], { mean: 3, std: 0.1, dtype: "f32" }))).toEqual(wide.map(Math.fround));
  });

  it("without deviation is the mean", () => {
    expect(numbers(normal(key(5), [2], { mean: 3, std: 0 }))).toEqual([3, 3]);
    expect(() => normal(key(5), [2], { std: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: normal: std must be 0 or more, got -1.]`,
    );
  });
});

describe("laplace", () => {
  it("scales with its scale, which must be positive", () => {
    const unit = numbers(laplace(key(6), [50]));
    expect(numbers(laplace(key(6), [50], { scale: 4 }))).toEqual(unit.map((x) => 4 * x));
    expect(() => laplace(key(6), [1], { scale: 0 })).toThrow(/scale must be positive, got 0/);
  });
});

describe("exponential", () => {
  it("scales with its scale, is never 0, and is precise near 0", () => {
    const unit = numbers(exponential(key(6), [50]));
    expect(numbers(exponential(key(6), [50], { scale: 4 }))).toEqual(unit.map((x) => 4 * x));
    expect(() => exponential(key(6), [1], { scale: -1 })).toThrow(/scale must be positive, got -1/);
    // −log(1 − 2⁻⁶⁵) and 65·log 2: the two ends
    expect(standardExponential(0xffffffff, 0xffffffff)).toBe(2 ** -65);
    expect(standardExponential(0, 0)).toBeCloseTo(65 * Math.LN2, 12);
    // the two formulas meet at ½, within a unit in the last place
    for (const u of [standardExponential(0x80000000, 0), standardExponential(0x7fffffff, 0xffffffff)]) {
      expect(Math.abs(u - Math.LN2)).toBeLessThanOrEqual(2 ** -53);
    }
  });
});

describe("truncatedNormal", () => {
  it("is the quantile of one block, shifted and scaled, inside of its limits in both widths", () => {
    for (const dtype of ["f32", "f64"] as const) {
      const options = { mean: 5, std: 3, low: 4.9, high: 5.3, dtype };
      const round = dtype === "f32" ? Math.fround : (x: number) => x;
      const drawn = numbers(truncatedNormal(key(2), [2000], options));
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(round(4.9));
      expect(Math.max(...drawn)).toBeLessThanOrEqual(round(5.3));
      expect(new Set(drawn).size).toBeGreaterThan(1900);
    }
  });

  it("shifts and scales with its mean and deviation", () => {
    const unit = numbers(truncatedNormal(key(2), [40], { low: -2, high: 2 }));
    expect(numbers(truncatedNormal(key(2), [40], { mean: 8, std: 4, low: 0, high: 16 }))).toEqual(
      unit.map((z) => 8 + 4 * z),
    );
  });

  it("refuses limits in the wrong order, missing, or out of reach", () => {
    const refused = (options: object) => () => truncatedNormal(key(0), [1], options);
    expect(refused({ low: 1, high: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: truncatedNormal: high must be greater than low, got low 1, high 1.]`,
    );
    expect(refused({})).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: truncatedNormal: give low, high, or both; without limits use normal.]`,
    );
    expect(refused({ low: Number.NaN })).toThrow(/high must be greater than low/);
    expect(refused({ low: 1e200 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: truncatedNormal: the limits are more than 1e+100 deviations from the mean; nothing is left there.]`,
    );
    expect(refused({ low: "-2" })).toThrow(/low must be a number or infinite/);
    expect(refused({ low: 0, std: 0 })).toThrow(/std must be positive, got 0/);
    expect(refused({ low: 1, high: 1 + 2 ** -30, dtype: "f32" })).toThrow(/high must be greater than low/);
  });
});

describe("categorical", () => {
  it("draws the same classes from probabilities, any multiple of them, and their logarithms", () => {
    const p = array([0.1, 0, 0.6, 0.3]);
    const by = (options: Parameters<typeof categorical>[2]) => numbers(categorical(key(5), [200], options));
    const classes = by({ probabilities: p });
    expect(new Set(classes)).toEqual(new Set([0, 2, 3]));
    expect(by({ probabilities: p.mul(2 ** 40) })).toEqual(classes);
    expect(by({ logits: p.log() })).toEqual(classes);
    expect(by({ logits: p.log().add(700) })).toEqual(classes);
  });

  it("takes one row for all, or rows that broadcast to the shape", () => {
    const sure = array([
      [0, -Infinity, -Infinity],
      [-Infinity, -Infinity, 1e300],
    ]);
    expect(numbers(categorical(key(5), [2], { logits: sure }))).toEqual([0, 2]);
    expect(categorical(key(5), [3, 2], { logits: sure }).toNested()).toEqual([
      [0, 2],
      [0, 2],
      [0, 2],
    ]);
    expect(numbers(categorical(key(5), [2, 2], { logits: sure.expandDims(1) }))).toEqual([0, 0, 2, 2]);
    expect(categorical(key(5), [], { logits: array([1e-9]) }).dtype).toBe("i32");
    // more numbers than are made at a time, with a row length that does not divide it
    const many = numbers(categorical(key(5), [3000, 2], { logits: sure }));
    expect(many).toEqual(Array.from({ length: 6000 }, (_, i) => 2 * (i % 2)));
  });

  it("refuses what gives no distribution, and says where", () => {
    const refused = (options: object) => () => categorical(key(0), [2], options as { logits: NDArray });
    const row = array([1, 2]);
    expect(refused({})).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: categorical: give logits or probabilities, one of them.]`,
    );
    expect(refused({ logits: row, probabilities: row })).toThrow(/give logits or probabilities, one of them/);
    expect(refused({ probabilities: array([1, -1]) })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: categorical: probabilities[1] is -1; probabilities must be finite and 0 or more.]`,
    );
    expect(
      refused({
        probabilities: array([
          [1, 0],
          [0, 0],
        ]),
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: categorical: no class of row 1 can be drawn: all its probabilities are 0.]`,
    );
    expect(
      refused({
        logits: array([
          [1, 2],
          [1, Number.NaN],
        ]),
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: categorical: logits[1, 1] (rows counted in the shape of the draw) is NaN; logits must be numbers or -Infinity.]`,
    );
    expect(refused({ logits: array([Infinity, 0]) })).toThrow(DataError);
    expect(refused({ logits: array(1) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: categorical: the last axis holds the classes, and shape [] has none there.]`,
    );
    expect(
      refused({
        logits: array([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      }),
    ).toThrow(ShapeError);
  });
});

describe("bernoulli", () => {
  it("is never true for 0 and always for 1, one probability per column", () => {
    const flips = numbers(bernoulli(key(7), array([0, 1]), [500, 2]));
    expect(flips).toEqual(Array.from({ length: 1000 }, (_, i) => i % 2));
    expect(bernoulli(key(7), 0.5, [2]).dtype).toBe("bool");
  });

  it("refuses what is no probability, and shapes that do not broadcast", () => {
    expect(() => bernoulli(key(7), 1.5, [2])).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: bernoulli: p must be between 0 and 1, got 1.5.]`,
    );
    expect(() => bernoulli(key(7), array([0.5, Number.NaN]), [2])).toThrow(OptionError);
    expect(() => bernoulli(key(7), array([0.5, 0.5, 0.5]), [2])).toThrow(ShapeError);
  });
});

describe("integers", () => {
  it("lie in [low, high) and reach both ends", () => {
    const drawn = numbers(integers(key(8), [200], { low: -2, high: 3 }));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(integers(key(8), [1], { high: 3 }).dtype).toBe("i32");
  });

  it("refuse an empty range, fractions, and more than 32 bits", () => {
    expect(() => integers(key(8), [1], { high: 0 })).toThrow(/high must be greater than low, got low 0, high 0/);
    expect(() => integers(key(8), [1], { high: 2.5 })).toThrow(/high must be an integer, got 2.5/);
    expect(() => integers(key(8), [1], { high: 2 ** 32 })).toThrow(OptionError);
    expect(() => integers(key(8), [1], {} as { high: number })).toThrow(/high is required/);
  });
});

describe("permutation and choose", () => {
  it("hold every position once; the first places are what choose takes", () => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 40 }), fc.nat({ max: 40 }), (k, n, extra) => {
        const order = numbers(permutation(k, n));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        const count = Math.min(n, extra);
        expect(numbers(choose(k, n, count))).toEqual(order.slice(0, count));
      }),
    );
  });

  it("by weight never takes a position of weight 0, and all others when asked for all", () => {
    fc.assert(
      fc.property(anyKey, fc.array(fc.constantFrom(0, 1e-300, 0.5, 1e300), { minLength: 1, maxLength: 8 }), (k, w) => {
        const positive = w.flatMap((weight, i) => (weight > 0 ? [i] : []));
        fc.pre(positive.length > 0);
        const weights = array(w);
        const all = numbers(choose(k, w.length, positive.length, { weights }));
        expect([...all].sort((a, b) => a - b)).toEqual(positive);
        for (const i of numbers(choose(k, w.length, 20, { weights, replace: true }))) expect(positive).toContain(i);
      }),
    );
  });

  it("refuse more than there is, weights of the wrong number, and weights that are none", () => {
    expect(() => choose(key(0), 3, 4)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: choose: 4 positions are wanted, but only 3 of 3 exist. Ask for fewer, or set replace: true.]`,
    );
    expect(() => choose(key(0), 2, 2, { weights: array([0, 1]) })).toThrow(/only 1 of 2 have a positive weight/);
    expect(() => choose(key(0), 2, 1, { replace: true, weights: array([0, 0]) })).toThrow(OptionError);
    expect(() => choose(key(0), 3, 1, { weights: array([1, 1]) })).toThrow(ShapeError);
    expect(() => choose(key(0), 2, 1, { weights: array([1, -1]) })).toThrow(/weights\[1\] is -1/);
    expect(() => permutation(key(0), -1)).toThrow(/permutation: n must be an integer from 0/);
  });
});

describe("keys", () => {
  it("are plain data: two integers", () => {
    const k = key(1);
    expect(Object.keys(k)).toEqual(["bits"]);
    expect([k.bits.dtype, k.bits.shape]).toEqual(["i32", [2]]);
  });

  it("of split do not depend on how many are made", () => {
    const few = [...split(key(9), 2)].map((k) => numbers(k.bits));
    const many = [...split(key(9), 5)].map((k) => numbers(k.bits));
    expect(many.slice(0, 2)).toEqual(few);
    expect(split(key(9), 5).length).toBe(5);
  });

  it("of a label are one for a number and an integer array, another for its text", () => {
    const labels = integers(key(0), [], { low: 3, high: 4 });
    expect(numbers(fold(key(9), labels).bits)).toEqual(numbers(fold(key(9), 3).bits));
    expect(numbers(fold(key(9), "3").bits)).not.toEqual(numbers(fold(key(9), 3).bits));
  });

  it("refuse seeds, counts and labels that are no integers, and say what to do", () => {
    expect(() => key(0.5)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: key: the seed must be an integer between -2^53 and 2^53, got 0.5.]`,
    );
    expect(() => key("42" as unknown as number)).toThrow(/got "42"/);
    expect(() => key(2 ** 53)).toThrow(OptionError);
    expect(() => split(key(0), 0)).toThrow(/count must be a positive integer, got 0/);
    expect(() => fold(key(0), 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: fold: a number label must be an integer between -2^53 and 2^53, got 0.5. Use a text: fold(key, "0.5").]`,
    );
  });
});
