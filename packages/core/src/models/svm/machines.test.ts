// Machines besides C-SVC: values of libsvm, certificates, another solver, laws of ν.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../golden/kernel-machines.json" with { type: "json" };
import { linearKernel, nuSvc, nuSvr, oneClass, rbf, restoreModel, standardize, svc, svr } from "../index.ts";
import { couple, fitSigmoid, probabilityOf } from "./platt.ts";

function readData(name: string): { X: number[][]; y: string[] } {
  const text = readFileSync(new URL(`../../../../../data/${name}.csv`, import.meta.url), "utf8");
  const cells = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const raw = cells.map((row) => row.slice(0, -1).map(Number));
  return { X: standardize().fit(raw).transform(raw).toNested() as number[][], y: cells.map((row) => row.at(-1)!) };
}
const diabetes = readData("diabetes");
const X = diabetes.X.slice(0, 200);
const y = diabetes.y.slice(0, 200).map(Number);
const breast = readData("breast-cancer");
const benign = breast.y.map((label) => (label === "benign" ? 1 : 0));

interface MachineCase {
  readonly name: string;
  readonly options: {
    readonly C?: number;
    readonly nu?: number;
    readonly epsilon?: number;
    readonly kernel: { readonly name: string; readonly gamma?: number };
  };
  readonly b: number;
  readonly supportVectors: number;
  readonly sumOfAbsolutes: number;
  readonly decision: readonly number[];
}

function fitted({ name, options }: MachineCase) {
  const { kernel, ...rest } = options;
  const own = { ...rest, kernel: kernel.name === "linear" ? linearKernel() : rbf({ gamma: kernel.gamma! }) };
  if (name === "nuSvc") {
    const model = nuSvc({ ...own, tolerance: 1e-10 }).fit(breast.X, benign);
    return { model, values: model.decisionFunction(breast.X.slice(0, 8)).toArray() };
  }
  if (name === "oneClass") {
    const model = oneClass({ ...own, tolerance: 1e-10 }).fit(breast.X);
    return { model, values: model.decisionFunction(breast.X.slice(0, 8)).toArray() };
  }
  const model = (name === "svr" ? svr : nuSvr)({ ...own, tolerance: 1e-9 }).fit(X, y);
  return { model, values: model.predict(X.slice(0, 8)).toArray() };
}

describe("values of libsvm at a tolerance of 1e-12 (origin in golden/kernel-machines.json)", () => {
  for (const expected of golden.cases as unknown as readonly MachineCase[]) {
    it(`${expected.name}, ${expected.options.kernel.name}`, () => {
      const { model, values } = fitted(expected);
      const scale = Math.max(...expected.decision.map(Math.abs));
      expect(model.report.status).toBe("converged");
      values.forEach((value, i) => {
        expect(Math.abs(value - expected.decision[i]!) / scale).toBeLessThan(1e-6); // stated in the file
      });
      expect(Math.abs(model.intercept.item() - expected.b) / scale).toBeLessThan(1e-6);
      expect(model.supportIndices).toHaveLength(expected.supportVectors);
      const sum = model.dualCoef.toArray().reduce((total, c) => total + Math.abs(c), 0);
      expect(sum / expected.sumOfAbsolutes).toBeCloseTo(1, 6);
      expect(model.report.gap).toBeGreaterThan(-1e-6);
      expect(model.report.gap).toBeLessThan(1e-5 * Math.max(1, Math.abs(model.report.objective)));
      expect(JSON.stringify(restoreModel(model.state()))).toBe(JSON.stringify(model));
    });
  }
});

const rows = fc
  .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 6,
    maxLength: 20,
  })
  .map((data) => ({ X: data.map(([a, b]) => [a / 4, b / 4]), y: data.map(([, , c]) => c) }));
const common = { kernel: rbf({ gamma: 0.3 }), tolerance: 1e-9 };

describe("against the dual as a quadratic program", () => {
  const makers = {
    svr: (solver: "smo" | "qp") => svr({ ...common, C: 2, epsilon: 1, solver }),
    nuSvr: (solver: "smo" | "qp") => nuSvr({ ...common, C: 2, nu: 0.4, solver }),
  };
  for (const [name, make] of Object.entries(makers)) {
    it(name, () => {
      fc.assert(
        fc.property(rows, (data) => {
          const [a, b] = [make("smo").fit(data.X, data.y).report, make("qp").fit(data.X, data.y).report];
          expect(a.objective).toBeCloseTo(b.objective, 4);
          expect(a.gap).toBeGreaterThan(-1e-7);
        }),
        { numRuns: 15 },
      );
    });
  }
  it("oneClass", () => {
    fc.assert(
      fc.property(rows, (data) => {
        const [a, b] = (["smo", "qp"] as const).map(
          (solver) => oneClass({ ...common, nu: 0.4, solver }).fit(data.X).report,
        );
        expect(a!.objective).toBeCloseTo(b!.objective, 5);
      }),
      { numRuns: 15 },
    );
  });
});

describe("ν", () => {
  it("nuSvc is svc with C = 1/ρ: the same margins", () => {
    const a = nuSvc({ kernel: rbf({ gamma: 0.05 }), nu: 0.2, tolerance: 1e-10 }).fit(breast.X, benign);
    const C = Math.max(...a.dualCoef.toArray().map(Math.abs));
    const b = svc({ kernel: rbf({ gamma: 0.05 }), C, tolerance: 1e-9 }).fit(breast.X, benign);
    const margins = b.decisionFunction(breast.X.slice(0, 20)).toArray();
    a.decisionFunction(breast.X.slice(0, 20))
      .toArray()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(margins[i]!, 5);
      });
  });
  it("weights of nuSvc are so many rows, and the order of rows does not matter", () => {
    const few = breast.X.filter((_, i) => i % 10 === 0);
    const labels = benign.filter((_, i) => i % 10 === 0);
    const weights = few.map((_, i) => i % 3);
    const make = nuSvc({ kernel: rbf({ gamma: 0.05 }), nu: 0.2, tolerance: 1e-11 });
    const order = few.flatMap((_, i) => new Array<number>(weights[i]!).fill(i)).reverse();
    const a = make.fit(few, labels, { sampleWeight: weights });
    const b = make.fit(
      order.map((i) => few[i]!),
      order.map((i) => labels[i]!),
    );
    const margins = b.decisionFunction(few).toArray();
    a.decisionFunction(few)
      .toArray()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(margins[i]!, 7);
      });
  });
  it("that leaves no margin is said", () => {
    const { report } = nuSvc({ nu: 0.3 }).fit([[1], [1], [3], [4]], [0, 1, 0, 1]);
    expect(report.status).toBe("stalled");
    expect(report.message).toContain("Raise nu");
  });
  it("nuSvr is svr with the width that it found", () => {
    const a = nuSvr({ kernel: rbf({ gamma: 0.05 }), C: 100, nu: 0.3, tolerance: 1e-9 }).fit(X, y);
    const b = svr({ kernel: rbf({ gamma: 0.05 }), C: 100, epsilon: a.epsilon, tolerance: 1e-9 }).fit(X, y);
    const predictions = b.predict(X).toArray();
    a.predict(X)
      .toArray()
      .forEach((value, i) => {
        expect(Math.abs(value - predictions[i]!)).toBeLessThan(1e-3);
      });
  });
  it("bounds the shares of outliers and of support vectors", () => {
    const model = oneClass({ kernel: rbf({ gamma: 0.05 }), nu: 0.1, tolerance: 1e-8 }).fit(breast.X);
    const n = breast.X.length;
    const outside = model
      .decisionFunction(breast.X)
      .toArray()
      .filter((value) => value < -1e-7).length;
    expect(outside).toBeLessThanOrEqual(0.1 * n);
    expect(model.supportIndices.length).toBeGreaterThanOrEqual(0.1 * n);
  });
  it("svr in a wide tube is the middle of the targets", () => {
    expect(
      svr({ epsilon: 10 })
        .fit([[1], [2]], [0, 4])
        .predict([[7]])
        .item(),
    ).toBe(2);
  });
  it("is in (0, 1], and a target has one column", () => {
    expect(() => oneClass({ nu: 0 })).toThrow("nu must be above 0 and at most 1, got 0.");
    expect(() => svr({ epsilon: -1 })).toThrow("epsilon must be 0 or more, got -1.");
    expect(() =>
      svr().fit(
        [[1], [2]],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toThrow("y has 2 columns");
  });
});

describe("Platt's sigmoid", () => {
  const { decisions, labels, A, B } = golden.sigmoid;
  const signs = Int8Array.from(labels, (label) => (label === 1 ? 1 : -1));
  const ones = new Float64Array(labels.length).fill(1);
  it("is that of scikit-learn", () => {
    const found = fitSigmoid(Float64Array.from(decisions), signs, ones);
    expect(found.A).toBeCloseTo(A, 5); // theirs stops by its own tolerance
    expect(found.B).toBeCloseTo(B, 5);
  });
  it("of separable decisions has a finite slope", () => {
    const { A: slope } = fitSigmoid(Float64Array.of(-2, -1, 1, 2), Int8Array.of(-1, -1, 1, 1), ones.slice(0, 4));
    expect(Math.abs(slope)).toBeLessThan(10);
  });
  it("keeps probabilities of 1e-20", () => {
    expect(probabilityOf({ A: 1, B: 0 }, 46.0517018598809)).toBeCloseTo(1e-20, 32);
  });
  it("coupling gives back the probabilities that the pairs were made of", () => {
    const p = [0.5, 0.3, 0.15, 0.05];
    const r = Float64Array.from(p.flatMap((a) => p.map((b) => a / (a + b))));
    couple(r, 4).forEach((value, c) => {
      expect(value).toBeCloseTo(p[c]!, 10);
    });
  });
});
