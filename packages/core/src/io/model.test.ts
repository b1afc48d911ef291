import { describe, expect, it } from "vitest";
import { array } from "../array/index.ts";
import { tableFromColumns } from "../data/index.ts";
import { DataError } from "../errors/index.ts";
import { descriptionChecksum } from "../models/checksum.ts";
import {
  crc32,
  linearRegression,
  logisticRegression,
  pipeline,
  type SavedModel,
  standardize,
  tableModel,
} from "../models/index.ts";
import v1 from "./golden/model-v1.json" with { type: "json" };
import { loadClassifier, loadModel, loadRegressor, loadTableModel, saveModel } from "./model.ts";
import { saveParams } from "./tensors.ts";
import { encodeUtf8 } from "./utf8.ts";

const X = [
  [0.2, 1],
  [0.9, 0],
  [1.1, 3],
  [1.4, 2],
  [2.2, 5],
  [0.7, 4],
];
const labels = ["no", "no", "yes", "no", "yes", "yes"];
const classifier = logisticRegression({ l2: 0.1 }).fit(X, labels);
const saved = saveModel(classifier);

function codeOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof DataError) return error.code;
    throw error;
  }
  return "nothing thrown";
}
const json = (change: (description: Record<string, unknown>) => void): unknown => {
  const copy = structuredClone(saved.description) as unknown as Record<string, unknown>;
  change(copy);
  return signed(copy);
};
/** With the checksum of what it now says: what is checked after it. */
const signed = (description: Record<string, unknown>): Record<string, unknown> => {
  if (description["checksum"] === undefined) return description;
  const checksum = description["checksum"] as SavedModel["checksum"];
  const fields = checksum.description.fields;
  return { ...description, checksum: { ...checksum, description: descriptionChecksum(description, fields) } };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe("saveModel", () => {
  it("describes the model in plain JSON", () => {
    const { checksum, report, ...rest } = saved.description;
    expect(rest).toMatchInlineSnapshot(`
      {
        "classes": [
          "no",
          "yes",
        ],
        "columns": 2,
        "format": "steepest-model",
        "kind": "logisticRegression",
        "options": {
          "intercept": true,
          "l2": 0.1,
          "solver": "newton",
        },
        "steepest": "0.1.0",
        "version": 1,
        "weights": "weights.safetensors",
      }
    `);
    expect(report).toEqual({ ...classifier.report, history: undefined });
    expect(checksum).toMatchObject({ bytes: saved.weights.length, crc32: crc32(saved.weights) });
    const covered = ["format", "version", "kind", "steepest", "options", "classes", "columns", "report"];
    expect(checksum.description.fields).toEqual(covered);
  });
  it("writes the same bytes for equal models", () => {
    const again = saveModel(logisticRegression({ l2: 0.1 }).fit(X, labels));
    expect(again.weights).toEqual(saved.weights);
    expect(JSON.stringify(again.description)).toBe(JSON.stringify(saved.description));
  });
});

describe("loading", () => {
  it("gives a classifier with the same bits", () => {
    const back = loadClassifier<"no" | "yes">(JSON.stringify(saved.description), saved.weights);
    const predicted: ("no" | "yes")[] = back.predict(X);
    expect(predicted).toEqual(classifier.predict(X));
    expect(back.predictProba(X).toArray()).toEqual(classifier.predictProba(X).toArray());
    expect(back.report).toEqual({ ...classifier.report, history: [] });
  });
  it("takes what saveModel returned as one argument", () => {
    expect(loadClassifier(saved).predict(X)).toEqual(classifier.predict(X));
    expect(codeOf(() => loadModel({ ...saved, weights: saved.weights.slice(1) }))).toBe("checksum");
  });
  it("keeps numbers that JSON lacks, inline too", () => {
    const constant = linearRegression().fit([[1], [2]], [-0, -0]);
    const odd = {
      ...constant,
      state: () => ({ ...constant.state(), tensors: { coef: array([-0]), intercept: array(Number.NaN) } }),
    };
    const { description, weights } = saveModel(odd);
    const back = loadRegressor(description, weights) as typeof constant;
    expect(Object.is(back.coef.item(), -0)).toBe(true);
    expect(back.intercept.item()).toBeNaN();
    expect(Object.is((loadRegressor(JSON.stringify(back)) as typeof constant).coef.item(), -0)).toBe(true);
  });
  it("gives a pipeline with its transforms, and a transform alone", () => {
    const model = pipeline([standardize()], linearRegression({ l2: 0.1 })).fit(X, [1, 2, 3, 4, 5, 6]);
    const { description, weights } = saveModel(model);
    expect(loadRegressor(description, weights).predict(X).toArray()).toEqual(model.predict(X).toArray());
    const scaler = standardize().fit(X);
    const restored = loadModel(JSON.stringify(scaler)) as typeof scaler;
    expect(restored.transform(X).toArray()).toEqual(scaler.transform(X).toArray());
  });
  it("gives a model of tables with its encoder", () => {
    const table = tableFromColumns({ size: [1, 2, NaN, 4, 5, 6], plan: ["a", "b", "a", "b", "c", "a"], left: labels });
    const model = tableModel({
      encode: { target: "left", standardize: true },
      estimator: logisticRegression({ l2: 0.1 }),
    }).fit(table);
    const { description, weights } = saveModel(model);
    expect(description["features"]).toEqual(model.encoder.inputs);
    const back = loadTableModel(JSON.stringify(description), weights);
    expect(back.predict(table)).toEqual(model.predict(table));
    expect(JSON.stringify(back)).toBe(JSON.stringify(model));
  });
  it("ignores fields that others have added", () => {
    expect(codeOf(() => loadModel({ ...saved.description, metrics: { auc: 0.9 } }, saved.weights))).toBe(
      "nothing thrown",
    );
  });
  it("reads the files of version 1", () => {
    const { left, plan, size, day } = v1.columns;
    const table = tableFromColumns({ size: size.map((value) => value ?? Number.NaN), plan, day, left });
    const weights = Uint8Array.from(atob(v1.weights), (c) => c.charCodeAt(0));
    const model = loadTableModel(v1.description, weights);
    if (model.task !== "classification") throw new Error("version 1 holds a classifier");
    expect(model.predict(table)).toEqual(v1.predicted);
    for (const [i, row] of (model.predictProba(table).toNested() as number[][]).entries()) {
      for (const [c, p] of row.entries()) expect(p).toBeCloseTo(v1.probabilities[i]![c]!, 14); // engines differ in exp
    }
  });
  it("reads inline weights of version 1", () => {
    const first = {
      format: "steepest-model",
      version: 1,
      kind: "linearRegression",
      steepest: "0.1.0",
      options: { l2: 0, intercept: true, solver: "auto" },
      columns: 1,
      rank: 1,
      report: { status: "converged", message: "Exact.", solver: "cholesky", objective: 0, gap: 0, steps: 0 },
      weights: { coef: { dtype: "f64", shape: [1], data: [3] }, intercept: { dtype: "f64", shape: [], data: [2] } },
    };
    expect(
      loadRegressor({ ...first, checksum: { description: descriptionChecksum(first, Object.keys(first)) } })
        .predict([[4]])
        .toArray(),
    ).toEqual([14]);
  });
});

describe("files that cannot be loaded", () => {
  const { description, weights } = saved;
  const coef = array([1, 2]);
  /** Other arrays with a right checksum. */
  const withArrays = (tensors: Parameters<typeof saveParams>[0]) => {
    const bytes = saveParams(tensors);
    const checksum = { ...description.checksum, bytes: bytes.length, crc32: crc32(bytes) };
    return () => loadModel({ ...description, checksum }, bytes);
  };
  const rows: readonly (readonly [name: string, code: string, load: () => unknown])[] = [
    ["text that was cut", "invalid-json", () => loadModel(JSON.stringify(description).slice(0, 100), weights)],
    ["another JSON", "not-a-model", () => loadModel({ name: "package" }, weights)],
    ["null", "not-a-model", () => loadModel(null)],
    [
      "a newer version",
      "newer-version",
      () =>
        loadModel(
          json((d) => (d["version"] = 2)),
          weights,
        ),
    ],
    [
      "no version",
      "invalid-model",
      () =>
        loadModel(
          json((d) => delete d["version"]),
          weights,
        ),
    ],
    [
      "an unknown kind",
      "unknown-kind",
      () =>
        loadModel(
          json((d) => (d["kind"] = "logisticRegresion")),
          weights,
        ),
    ],
    [
      "a kind of Object.prototype",
      "unknown-kind",
      () =>
        loadModel(
          json((d) => (d["kind"] = "constructor")),
          weights,
        ),
    ],
    ["no weights", "weights-missing", () => loadModel(description)],
    ["weights that were cut", "checksum", () => loadModel(description, weights.slice(0, -1))],
    [
      "weights of another model",
      "checksum",
      () => loadModel(description, saveModel(logisticRegression({ l2: 1 }).fit(X, labels)).weights),
    ],
    [
      "no checksum",
      "invalid-model",
      () =>
        loadModel(
          json((d) => delete d["checksum"]),
          weights,
        ),
    ],
    [
      "classes of another number",
      "tensor-shape",
      () =>
        loadModel(
          json((d) => (d["classes"] = ["a", "b", "c"])),
          weights,
        ),
    ],
    [
      "one class",
      "invalid-model",
      () =>
        loadModel(
          json((d) => (d["classes"] = ["a"])),
          weights,
        ),
    ],
    [
      "a class twice",
      "invalid-model",
      () =>
        loadModel(
          json((d) => (d["classes"] = ["a", "a"])),
          weights,
        ),
    ],
    [
      "another number of columns",
      "tensor-shape",
      () =>
        loadModel(
          json((d) => (d["columns"] = 3)),
          weights,
        ),
    ],
    [
      "no report",
      "invalid-model",
      () =>
        loadModel(
          json((d) => delete d["report"]),
          weights,
        ),
    ],
    ["weights that are no arrays", "invalid-model", () => loadModel(json((d) => (d["weights"] = { coef: 3 })))],
    [
      "inline numbers of another count",
      "invalid-model",
      () => loadModel(json((d) => (d["weights"] = { coef: { dtype: "f64", shape: [2], data: [1] } }))),
    ],
    ["a missing array", "missing-tensor", withArrays({ coef })],
    ["an array too many", "left-over-tensor", withArrays({ coef, intercept: array(1), extra: array(1) })],
    [
      "an array of another width",
      "tensor-type",
      withArrays({ coef: array([1, 2], { dtype: "f32" }), intercept: array(1) }),
    ],
    ["an array of another shape", "tensor-shape", withArrays({ coef, intercept: array([1]) })],
    ["a regression asked for", "wrong-kind", () => loadRegressor(description, weights)],
    ["a model of tables asked for", "wrong-kind", () => loadTableModel(description, weights)],
  ];
  for (const [name, code, load] of rows) it(`${name}: ${code}`, () => expect(codeOf(load)).toBe(code));

  it("refuses a model of tables whose encoder and estimator do not fit", () => {
    const table = tableFromColumns({ size: [1, 2, 3, 4, 5, 6], plan: ["a", "b", "a", "b", "c", "a"], left: labels });
    const model = tableModel({ encode: { target: "left" }, estimator: logisticRegression({ l2: 0.1 }) }).fit(table);
    const change = (edit: (description: ReturnType<typeof JSON.parse>) => void) => {
      const description = JSON.parse(JSON.stringify(model));
      edit(description);
      return () => loadModel(signed(description));
    };
    expect(codeOf(change((d) => d.features.pop()))).toBe("invalid-model");
    expect(codeOf(change((d) => (d.features[0].impute = "many")))).toBe("invalid-encoder");
    expect(codeOf(change((d) => delete d.encoder))).toBe("invalid-model");
    expect(codeOf(change((d) => delete d.parts.estimator))).toBe("invalid-model");
    expect(codeOf(change((d) => (d.encoder.target = { name: "left", type: "number", task: "regression" })))).toBe(
      "invalid-model",
    );
    expect(codeOf(change((d) => (d.parts.other = d.parts.estimator)))).toBe("invalid-model");
    expect(change((d) => d.features.pop())).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: the features of the description fill 1 columns, but the estimator has 4 coefficients. The description was changed: save the model again.]`,
    );
  });
  it("detects every single flipped bit of the weights", () => {
    for (let bit = 0; bit < 8 * weights.length; bit++) {
      const flipped = weights.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => loadModel(description, flipped))).toBe("checksum");
    }
  });
  it("detects every edit of a number, text or name in a description, inline weights included", () => {
    const table = tableFromColumns({ size: [1, 2, NaN, 4, 5, 6], plan: ["a", "b", "a", "b", "c", "a"], left: labels });
    const model = tableModel({
      encode: { target: "left", standardize: true },
      estimator: pipeline([standardize()], logisticRegression({ l2: 0.1 })),
    }).fit(table);
    const files = saveModel(model, { positive: "yes" });
    const check = (text: string, weights: Uint8Array | undefined): void => {
      expect(codeOf(() => loadModel(text, weights))).toBe("nothing thrown");
      let edits = 0;
      for (const { index, 0: letters } of text.matchAll(/[0-9]+|[A-Za-z]+/g)) {
        const at = index + letters.length - 1;
        const letter = text.charCodeAt(at);
        const edited = text.slice(0, at) + String.fromCharCode(letter ^ 1) + text.slice(at + 1);
        if (JSON.stringify(parsed(edited)) === text || /"weights":"[^"]*$/.test(text.slice(0, at))) continue; // the name of the file is free
        expect([edited.slice(at - 20, at + 20), codeOf(() => loadModel(edited, weights))]).not.toContain(
          "nothing thrown",
        );
        edits++;
      }
      expect(edits).toBeGreaterThan(100);
    };
    check(JSON.stringify(files.description), files.weights);
    check(JSON.stringify(model), undefined);
  });
  it("says of an edited description that it was edited", () => {
    const edited = structuredClone(description) as unknown as { classes: string[] };
    edited.classes = ["yes", "no"];
    expect(() => loadModel(edited, weights)).toThrow(
      /^loadModel: the description is not as it was saved: crc32 ........ instead of ........\. A number or a name/,
    );
    expect(codeOf(() => loadModel(edited, weights))).toBe("checksum");
    const unsigned = { ...description, checksum: { bytes: weights.length, crc32: crc32(weights) } };
    expect(codeOf(() => loadModel(unsigned, weights))).toBe("invalid-model");
  });
  it("does not mind the order of names, or spaces", () => {
    const turned = Object.fromEntries(Object.entries(description).reverse());
    expect(codeOf(() => loadModel(JSON.stringify(turned, null, 2), weights))).toBe("nothing thrown");
  });
  it("detects a description that was cut anywhere", () => {
    const text = JSON.stringify(description);
    for (let length = 0; length < text.length; length++) {
      expect(codeOf(() => loadModel(text.slice(0, length), weights))).toBe("invalid-json");
    }
  });
  it("says what to do", () => {
    expect(() =>
      loadModel(
        json((d) => (d["version"] = 7)),
        weights,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: the model was written by steepest 0.1.0 in format 7; this version reads up to format 1. Update steepest.]`,
    );
    expect(() =>
      loadModel(
        json((d) => (d["kind"] = "logisticRegresion")),
        weights,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: unknown kind of model "logisticRegresion". Did you mean "logisticRegression"? This version knows impute, linearSvc, linearRegression, logisticRegression, minMaxScale, mlpClassifier, mlpRegressor, nuSvc, nuSvr, oneClass, onlineClassifier, pipeline, poissonRegression, polynomialFeatures, standardize, svc, svr, tableModel; update steepest if a newer one wrote the file.]`,
    );
    expect(() => loadModel(description, weights.slice(0, 20))).toThrow(
      /20 bytes, crc32 .* copy or save the model again/,
    );
    expect(rows.find(([, code]) => code === "missing-tensor")![2]).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: the array "intercept" is missing from the weights. They belong to another model, or were cut: save the model again.]`,
    );
    expect(rows.find(([, code]) => code === "left-over-tensor")![2]).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: the weights hold the array "extra", which a logisticRegression does not have. They belong to another model.]`,
    );
    expect(rows.find(([, code]) => code === "tensor-shape")![2]).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: the array "coef" has shape [2], but the description asks for [2, 3]. The two files belong to different models.]`,
    );
  });
});

describe("crc32", () => {
  it("has the check value of the standard", () => {
    expect(crc32(encodeUtf8("123456789"))).toBe("cbf43926");
  });
});
