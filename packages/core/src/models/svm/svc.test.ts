// Support vector classifiers against reference values, certificates and another solver.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, fromTyped, type NDArray } from "../../array/index.ts";
import { key } from "../../random/index.ts";
import golden from "../golden/svc.json" with { type: "json" };
import {
  customKernel,
  type Kernel,
  linearKernel,
  nuSvc,
  pipeline,
  polynomial,
  precomputed,
  rbf,
  restoreModel,
  sigmoidKernel,
  standardize,
  svc,
} from "../index.ts";
import { gramByRule, pointsOf } from "./kernel-rows.ts";
import { smo } from "./smo.ts";

interface SvcCase {
  readonly id: string;
  readonly options: {
    readonly kernel: {
      readonly name: string;
      readonly gamma?: number;
      readonly degree?: number;
      readonly offset?: number;
    };
    readonly C: number;
    readonly classWeight?: { readonly negative: number; readonly positive: number };
  };
  readonly objective: number;
  readonly b: number;
  readonly supportVectors: number;
  readonly bounded: number;
  readonly decision: readonly number[];
  readonly accuracy: number;
  readonly w?: readonly number[];
}
const cases = golden.cases as unknown as readonly SvcCase[];
const caseOf = (id: string) => cases.find((c) => c.id === id)!;

function readData(name: string): { X: number[][]; y: string[] } {
  const text = readFileSync(new URL(`../../../../../data/${name}.csv`, import.meta.url), "utf8");
  const rows = text.trim().split("\n").slice(1);
  const cells = rows.map((line) => line.split(","));
  return { X: cells.map((row) => row.slice(0, -1).map(Number)), y: cells.map((row) => row.at(-1)!) };
}

const breast = readData("breast-cancer");
const breastX = standardize().fit(breast.X).transform(breast.X).toNested() as number[][];
const breastY = breast.y.map((label) => (label === "benign" ? 1 : 0));
const moons = readData("moons");
const four = {
  X: [
    [1, 2],
    [2, 3],
    [0, 0],
    [1, 0],
  ],
  y: [1, 1, -1, -1],
};
const six = {
  X: [
    [-2, -1],
    [-1, -1],
    [-1, -2],
    [1, 1],
    [1, 2],
    [2, 1],
  ],
  y: [-1, -1, -1, 1, 1, 1],
};

const DATA: Readonly<Record<string, { X: number[][]; y: number[] }>> = {
  "breast-rbf": { X: breastX, y: breastY },
  "breast-linear": { X: breastX, y: breastY },
  "breast-poly": { X: breastX, y: breastY },
  "breast-rbf-weighted": { X: breastX, y: breastY },
  "breast-rbf-C100": { X: breastX, y: breastY },
  "moons-rbf": { X: moons.X, y: moons.y.map(Number) },
  "toy-six": six,
  "tutorial-four": four,
};

function kernelOf({ name, gamma = 1, degree = 3, offset = 0 }: SvcCase["options"]["kernel"]): Kernel {
  if (name === "linear") return linearKernel();
  return name === "rbf" ? rbf({ gamma }) : polynomial({ gamma, degree, offset });
}

describe("svc at a tolerance of 1e-8 has the objective, bias, support vectors and margins of libsvm's optimum", () => {
  for (const [id, { X, y }] of Object.entries(DATA)) {
    it(id, () => {
      const { options, objective, b, supportVectors, bounded, decision, accuracy, w } = caseOf(id);
      const weight = options.classWeight && { "0": options.classWeight.negative, "1": options.classWeight.positive };
      const classWeight = weight === undefined ? {} : { classWeight: weight };
      const model = svc({ kernel: kernelOf(options.kernel), C: options.C, tolerance: 1e-8, ...classWeight }).fit(X, y);
      expect(model.report.status).toBe("converged");
      expect(Math.abs(model.report.objective + objective)).toBeLessThan(1e-6 * Math.abs(objective)); // primal ≥ dual
      expect(Math.abs(model.report.objective - model.report.gap + objective)).toBeLessThan(1e-10 * Math.abs(objective)); // dual
      expect(model.intercept.item()).toBeCloseTo(b, 6);
      expect(model.supportIndices).toHaveLength(supportVectors);
      const limitOf = (row: number) => options.C * (y[row]! > 0 ? (weight?.["1"] ?? 1) : (weight?.["0"] ?? 1));
      const alphas = model.dualCoef.toArray().map(Math.abs);
      expect(alphas.filter((a, i) => a === limitOf(model.supportIndices[i]!))).toHaveLength(bounded);
      model
        .decisionFunction(X.slice(0, 8))
        .toArray()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(decision[i]!, 6);
        });
      expect(model.score(X, y)).toBeCloseTo(accuracy, 12);
      w?.forEach((value, j) => {
        expect(model.coef!.toArray()[j]).toBeCloseTo(value, 6);
      });
    });
  }
  it("at the default tolerance the objective is good to 1e-4, and the gap covers the rest", () => {
    const { objective } = caseOf("breast-rbf-C100");
    const { report } = svc({ kernel: rbf({ gamma: 0.05 }), C: 100 }).fit(breastX, breastY);
    expect(Math.abs((report.objective - report.gap) / -objective - 1)).toBeLessThan(1e-4); // stated in the file
    expect(report.gap).toBeGreaterThanOrEqual(report.objective + objective - 1e-9);
  });
});

describe("the bias", () => {
  it("without free vectors is the middle of its interval, not the mean over bounded ones", () => {
    const { intercept, dualCoef } = svc({ kernel: linearKernel(), C: 0.1, tolerance: 1e-10 }).fit(four.X, four.y);
    expect(dualCoef.toArray().map(Math.abs)).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(intercept.item()).toBeCloseTo(-0.95, 12); // the mean over all four would be −0.825
  });
  it("hard margin: w = (0, 1), margin 2", () => {
    const { coef, margin, report } = svc({ kernel: linearKernel(), C: 100, tolerance: 1e-10 }).fit(four.X, four.y);
    expect(coef!.toArray()).toEqual([0, 1]);
    expect(margin).toBeCloseTo(2, 10);
    expect(report.gap).toBeLessThan(1e-8);
  });
});

describe("mistakes of textbooks", () => {
  const K = gramByRule(
    { kind: "linear", gamma: 1, degree: 1, offset: 0 },
    pointsOf(Float64Array.from(four.X.flat()), 2),
  );
  const signs = Float64Array.from(four.y);
  const options = { tolerance: 1e-12, maxSteps: 0, cacheMiB: 1, shrinking: false };
  it("the gradient of the dual has one label too many: seen where coefficients differ", () => {
    const alpha = [0.3, 0.2, 0.1, 0.4];
    const beta = Float64Array.from(alpha, (a, i) => a * four.y[i]!);
    const problem = {
      gram: K,
      q: signs,
      low: signs.map((v) => Math.min(0, v)),
      high: signs.map((v) => Math.max(0, v)),
      beta,
    };
    const gradient = smo(problem, options).F.map((f, i) => -four.y[i]! * f);
    [1.7, 3.2, -1, -1.3].forEach((g, i) => {
      expect(gradient[i]).toBeCloseTo(g, 12);
    });
    const row = new Float64Array(4);
    const seed = alpha.map((_, j) => {
      K.row(j, row);
      return four.y[j]! * row.reduce((sum, k, i) => sum + alpha[i]! * k, 0) - 1;
    });
    expect(Math.max(...seed.map((g, i) => Math.abs(g - gradient[i]!)))).toBeGreaterThan(0.5);
  });
  it("the bias over all support vectors is not that of the free ones", () => {
    const model = svc({ kernel: linearKernel(), C: 0.1, tolerance: 1e-10 }).fit(four.X, four.y);
    const values = model.decisionFunction(four.X).toArray();
    const seed = values.reduce((sum, f, i) => sum + four.y[i]! - (f - model.intercept.item()), 0) / 4;
    expect(seed).toBeCloseTo(-0.825, 10);
    expect(Math.abs(seed - model.intercept.item())).toBeGreaterThan(0.1);
  });
  it("a margin of 0 belongs to the later class, not to none", () => {
    const model = svc({ kernel: linearKernel(), tolerance: 1e-10 }).fit([[-1], [1]], ["a", "b"]);
    expect(model.decisionFunction([[0]]).item()).toBe(0);
    expect(model.predict([[0]])).toEqual(["b"]);
  });
});

describe("iris, one against one", () => {
  const { X, y } = readData("iris");
  const model = svc({ kernel: rbf({ gamma: 0.1 }), C: 1, tolerance: 1e-8 }).fit(X, y);
  const expected = golden.cases.find((c) => c.id === "iris-ovo") as unknown as {
    pairs: readonly { b: number; supportVectors: number; bounded: number; decision: number[] }[];
    supportVectorsPerClass: number[];
    accuracy: number;
  };
  it("has the biases, votes and support vectors of libsvm", () => {
    model.intercept.toArray().forEach((b, p) => {
      expect(b).toBeCloseTo(expected.pairs[p]!.b, 6);
    });
    const counts = [0, 50, 100].map((start) => model.supportIndices.filter((i) => i >= start && i < start + 50).length);
    expect(counts).toEqual(expected.supportVectorsPerClass);
    expect(model.score(X, y)).toBeCloseTo(expected.accuracy, 12);
    expect(model.dualCoef.shape).toEqual([2, 54]);
  });
  it("has their margins", () => {
    const values = model.pairDecisions([X[0]!, X[60]!, X[120]!]).toNested() as number[][];
    expected.pairs.forEach(({ decision }, p) => {
      decision.forEach((value, i) => {
        expect(values[i]![p]).toBeCloseTo(value, 6);
      });
    });
  });
  it("scores agree with the votes", () => {
    const scores = model.decisionFunction(X).toNested() as number[][];
    const best = scores.map((row) => model.classes[row.indexOf(Math.max(...row))]);
    expect(best).toEqual(model.predict(X));
  });
});

const small = fc
  .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.constantFrom(-1, 1)), {
    minLength: 6,
    maxLength: 24,
  })
  .map((rows) => ({ X: rows.map(([a, b]) => [a / 4, b / 4]), y: rows.map((row, i) => (i < 2 ? 2 * i - 1 : row[2])) }));
const rough = { kernel: rbf({ gamma: 0.3 }), C: 3 };
const fine = { ...rough, tolerance: 1e-10 };
const ask = [
  [0, 0],
  [1, -1],
  [-2, 2],
];

describe("svc", () => {
  it("agrees with the dual as a quadratic program", () => {
    fc.assert(
      fc.property(small, ({ X, y }) => {
        const [a, b] = [svc(fine).fit(X, y), svc({ ...fine, solver: "qp" }).fit(X, y)];
        expect(a.report.objective).toBeCloseTo(b.report.objective, 6);
        a.decisionFunction(ask)
          .toArray()
          .forEach((v, i) => {
            expect(v).toBeCloseTo(b.decisionFunction(ask).toArray()[i]!, 4);
          });
      }),
      { numRuns: 25 },
    );
  });
  it("0 ≤ primal − dual ≤ (m − M)·ΣC", () => {
    fc.assert(
      fc.property(small, fc.constantFrom(1, 1e-2, 1e-6), ({ X, y }, tolerance) => {
        const { gap } = svc({ ...rough, tolerance }).fit(X, y).report;
        expect(gap).toBeGreaterThan(-1e-9);
        expect(gap).toBeLessThan(tolerance * rough.C * y.length + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
  it("shrinking and a cache of two rows change time alone", () => {
    const options = { kernel: rbf({ gamma: 0.05 }), C: 100, tolerance: 1e-8 };
    const [a, b, c] = [{}, { shrinking: false }, { cacheMiB: 1e-6 }].map((more) =>
      svc({ ...options, ...more })
        .fit(breastX, breastY)
        .decisionFunction(breastX)
        .toArray(),
    );
    a!.forEach((v, i) => {
      expect(v).toBeCloseTo(b![i]!, 6);
      expect(v).toBeCloseTo(c![i]!, 6);
    });
  });
  it("swapped labels negate the margins", () => {
    const margins = (y: number[]) => svc(fine).fit(six.X, y).decisionFunction(ask).toArray();
    const swapped = margins(six.y.map((v) => -v));
    margins(six.y).forEach((v, i) => {
      expect(v).toBeCloseTo(-swapped[i]!, 8);
    });
  });
  it("rbf with γ/c² on features scaled by c is the same machine", () => {
    const scaled = six.X.map((row) => row.map((x) => 4 * x));
    const a = svc({ kernel: rbf({ gamma: 0.32 }), tolerance: 1e-10 }).fit(six.X, six.y);
    const b = svc({ kernel: rbf({ gamma: 0.02 }), tolerance: 1e-10 }).fit(scaled, six.y);
    expect(a.intercept.item()).toBeCloseTo(b.intercept.item(), 10);
  });
  it("precomputed and custom kernels are the same machine as the rule", () => {
    const rule = rbf({ gamma: 0.3 });
    const K = (A: number[][]) => rule.gram(array(A), array(six.X)).toNested() as number[][];
    const a = svc(fine).fit(six.X, six.y).decisionFunction(ask).toArray();
    const b = svc({ ...fine, kernel: precomputed() })
      .fit(K(six.X), six.y)
      .decisionFunction(K(ask))
      .toArray();
    const own = customKernel("mine", (A, B) => rule.gram(A, B));
    const c = svc({ ...fine, kernel: own }).fit(six.X, six.y);
    a.forEach((v, i) => {
      expect(v).toBeCloseTo(b[i]!, 9);
      expect(v).toBeCloseTo(c.decisionFunction(ask).toArray()[i]!, 9);
    });
    expect(() => c.toJSON()).toThrow("cannot be saved");
  });
  it.each([linearKernel(), rbf(), polynomial({ degree: 2, offset: 1 }), sigmoidKernel()])(
    "is saved and loaded with the kernel $name",
    (kernel) => {
      const model = svc({ kernel, probability: { folds: 2, key: key(0) } }).fit(moons.X, moons.y);
      const copy = restoreModel(model.state()) as typeof model;
      expect(copy.predictProba(moons.X).toArray()).toEqual(model.predictProba(moons.X).toArray());
      expect(JSON.stringify(copy)).toBe(JSON.stringify(model));
    },
  );
  it("the Gram matrix of a kernel is what the machine uses", () => {
    for (const kernel of [linearKernel(), rbf(), polynomial({ offset: 1 }), sigmoidKernel()]) {
      const X = array(six.X);
      const K = kernel.gram(X, X).toNested() as number[][];
      const a = svc({ kernel, tolerance: 1e-9 }).fit(six.X, six.y).decisionFunction(six.X).toArray();
      const b = svc({ kernel: precomputed(), tolerance: 1e-9 }).fit(K, six.y).decisionFunction(K).toArray();
      a.forEach((v, i) => {
        expect(v).toBeCloseTo(b[i]!, 7);
      });
    }
  });
});

describe("probabilities", () => {
  const { X, y } = readData("iris");
  it("sum to 1, are reproducible, and depend on the key", () => {
    const fit = (seed: number) =>
      svc({ probability: { folds: 5, key: key(seed) } })
        .fit(X, y)
        .predictProba(X);
    const p = fit(1);
    const sums = p.sum(1).toArray();
    expect(Math.max(...sums.map((s) => Math.abs(s - 1)))).toBeLessThan(1e-12);
    expect(fit(1).toArray()).toEqual(p.toArray());
    expect(fit(2).toArray()).not.toEqual(p.toArray());
  });
  it("of two classes rise with the margin", () => {
    const model = svc({ probability: { folds: 5, key: key(0) } }).fit(moons.X, moons.y);
    const margins = model.decisionFunction(moons.X).toArray();
    const p = model.predictProba(moons.X).at(":", 1).toArray();
    const order = margins.map((_, i) => i).sort((a, b) => margins[a]! - margins[b]!);
    order.slice(1).forEach((i, at) => {
      expect(p[i]!).toBeGreaterThanOrEqual(p[order[at]!]!);
    });
  });
});

describe("ill-posed input of svc", () => {
  const X = [
    [0, 0],
    [1, 1],
    [2, 0],
  ];
  it("is refused with what to do", () => {
    expect(() => svc({ C: 0 })).toThrow("svc: C must be positive, got 0.");
    expect(() => svc({ C: -1 })).toThrow("svc: C must be positive, got -1.");
    expect(() => svc().fit(X, ["ham", "ham", "ham"])).toThrow('all 3 labels are "ham"');
    expect(() =>
      svc().fit(
        [
          [0, 0],
          [1, Number.NaN],
          [1, 1],
        ],
        [0, 1, 1],
      ),
    ).toThrow("X[1, 1] is NaN");
    expect(() => svc({ kernel: precomputed() }).fit(X, [0, 1, 1])).toThrow("must be square, got [3, 2]");
    expect(() =>
      svc({ kernel: precomputed() }).fit(
        [
          [1, 2],
          [0, 1],
        ],
        [0, 1],
      ),
    ).toThrow("not symmetric");
    expect(() => svc({ kernel: customKernel("wrong", (A) => A) }).fit(X, [0, 1, 1])).toThrow('the kernel "wrong" gave');
    expect(() => rbf({ gamma: 0 })).toThrow("gamma must be positive");
    expect(() => nuSvc({ nu: 0.9 }).fit(X, [0, 0, 1])).toThrow("2·(smaller class)/n = 0.667");
    expect(() => svc({ tolerence: 1 } as never)).toThrow('Did you mean "tolerance"?');
    expect(() => svc({ probability: { folds: 3, key: key(0) } }).fit(X, [0, 0, 1])).toThrow("fewer than the 3 folds");
  });
  it("an indefinite kernel ends, and the report says that nothing is guaranteed", () => {
    const K = [
      [1, 3, 0],
      [3, 1, 1],
      [0, 1, -2],
    ];
    const { report } = svc({ kernel: precomputed(), C: 10 }).fit(K, [0, 1, 0]);
    expect(report.message).toContain("not known to be positive semi-definite");
    const { report: tanh } = svc({ kernel: sigmoidKernel({ gamma: 3, offset: -2 }) }).fit(X, [0, 1, 0]);
    expect(tanh.message).toContain("no optimum is guaranteed");
  });
  it("a limit of steps is a status", () => {
    const { report } = svc({ kernel: rbf({ gamma: 0.05 }), C: 100, maxSteps: 10 }).fit(breastX, breastY);
    expect(report.status).toBe("max-steps");
    expect(report.gap).toBeGreaterThan(1);
  });
  it("equal rows of both classes, and constant columns", () => {
    const { report, decisionFunction } = svc({ C: 2 }).fit(
      [
        [1, 5],
        [1, 5],
        [1, 5],
      ],
      ["a", "b", "b"],
    );
    expect(report.status).toBe("converged");
    expect(decisionFunction([[1, 5]]).item()).toBeCloseTo(1, 8);
  });
});

describe("a pipeline", () => {
  it("hands raw rows to all methods", () => {
    const model = pipeline([standardize()], svc({ kernel: rbf({ gamma: 0.05 }), tolerance: 1e-8 })).fit(
      breast.X,
      breastY,
    );
    const plain = svc({ kernel: rbf({ gamma: 0.05 }), tolerance: 1e-8 }).fit(breastX, breastY);
    const rows = breast.X.slice(0, 5);
    expect(model.pairDecisions(rows).toArray()).toEqual(plain.pairDecisions(breastX.slice(0, 5)).toArray());
  });
  it("takes typed data", () => {
    const X = fromTyped([6, 2], Float64Array.from(six.X.flat())) as NDArray;
    expect(svc().fit(X, Int8Array.from(six.y)).classes).toEqual([-1, 1]);
  });
});
