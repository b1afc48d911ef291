import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors/index.ts";
import { type EncodeOptions, fitEncoder } from "./encode.ts";
import { encoderFromJSON } from "./encoder-json.ts";
import { type ColumnInput, type Table, tableFromColumns } from "./table.ts";

function errorOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Texts, null for missing. */
function texts(values: readonly (string | null)[]): ColumnInput {
  const categories = [...new Set(values.filter((v) => v !== null))];
  return {
    type: "category",
    codes: Int32Array.from(values, (v) => (v === null ? -1 : categories.indexOf(v))),
    categories,
  };
}

const train = tableFromColumns({
  age: [20, 40, NaN, 60],
  plan: texts(["pro", null, "basic", "pro"]),
  churned: ["no", "yes", "no", "no"],
});

describe("fitEncoder", () => {
  it("fills numbers with the median, gives categories and their missing values a column each", () => {
    const encoder = fitEncoder(train, { target: "churned" });
    expect(encoder.names).toEqual(["age", "plan=basic", "plan=pro", "plan=(missing)"]);
    const { X, missing, unseen, rows, dropped } = encoder.features(train);
    expect(X.toNested()).toEqual([
      [20, 0, 1, 0],
      [40, 0, 0, 1],
      [40, 1, 0, 0],
      [60, 0, 1, 0],
    ]);
    expect(missing).toEqual({ age: 1, plan: 1 });
    expect(unseen).toEqual({});
    expect([...rows]).toEqual([0, 1, 2, 3]);
    expect(dropped).toEqual([]);
    expect(encoder.task).toBe("classification");
    expect(encoder.classes).toEqual(["no", "yes"]);
    expect(encoder.labels(train)).toEqual(["no", "yes", "no", "no"]);
  });

  it("standardizes numbers with the population deviation, after filling, and leaves 0/1 columns", () => {
    const table = tableFromColumns({ x: [4, 7, 13, 16, NaN], c: ["a", "b", "a", "b", "a"], y: [1, 2, 3, 4, 5] });
    const encoder = fitEncoder(table, { target: "y", missing: "mean", standardize: true });
    const std = Math.sqrt(90 / 5); // squares around 10 of 4, 7, 13, 16 and the filled 10
    expect(encoder.inputs[0]).toEqual({ name: "x", type: "number", impute: 10, scale: { mean: 10, std } });
    expect(encoder.features(table).X.at(":", 0).toArray()).toEqual([-6 / std, -3 / std, 3 / std, 6 / std, 0]);
    expect(encoder.features(table).X.at(":", 1).toArray()).toEqual([1, 0, 1, 0, 1]);
    expect(encoder.values(table).toArray()).toEqual([1, 2, 3, 4, 5]);
  });

  it("turns a constant column into zeros, also when its mean cannot be written exactly", () => {
    const table = tableFromColumns({ x: new Array(10).fill(0.1), y: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    const { X } = fitEncoder(table, { target: "y", standardize: true }).features(table);
    for (const x of X.toArray()) expect(Math.abs(x)).toBeLessThan(1e-15);
  });

  it("keeps the most frequent categories; all others share one column, and so do unseen ones", () => {
    const color = ["red", "red", "blue", "blue", "gray", "pink"];
    const table = tableFromColumns({ color, y: [1, 2, 3, 4, 5, 6] });
    const encoder = fitEncoder(table, { target: "y", maxCategories: 2 });
    expect(encoder.names).toEqual(["color=blue", "color=red", "color=(other)"]);
    const { X, unseen } = encoder.features(tableFromColumns({ color: ["red", "pink", "new"] }));
    expect(X.toNested()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(unseen).toEqual({ color: 2 });
  });

  it("says how many categories share a column, in how many rows", () => {
    const color = ["red", "red", "blue", "blue", "gray", "pink", "gray"];
    const table = tableFromColumns({ color, plan: [...color].reverse(), y: [1, 2, 3, 4, 5, 6, 7] });
    const encoder = fitEncoder(table, { target: "y", features: ["color"], maxCategories: 2 });
    expect(encoder.names).toEqual(["color=blue", "color=gray", "color=(other)"]);
    expect(encoder.lumped).toEqual([{ column: "color", kept: 2, values: 2, rows: 3 }]);
    expect(encoderFromJSON(JSON.parse(JSON.stringify(encoder))).lumped).toEqual(encoder.lumped);
    expect(fitEncoder(table, { target: "y" }).lumped).toEqual([]);
  });

  it("leaves out columns without a value, and says which", () => {
    const table = tableFromColumns({
      age: [20, 30, 40],
      income: [NaN, NaN, NaN],
      plan: texts([null, null, null]),
      left: ["no", "yes", "no"],
    });
    for (const missing of ["median", "mean", "drop-row"] as const) {
      const encoder = fitEncoder(table, { target: "left", missing });
      expect(encoder.names).toEqual(["age"]);
      expect(encoder.leftOut).toEqual(["income", "plan"]);
      expect(encoder.features(tableFromColumns({ age: [50] })).X.toNested()).toEqual([[50]]);
      expect(encoderFromJSON(JSON.parse(JSON.stringify(encoder))).leftOut).toEqual(["income", "plan"]);
    }
  });

  it("gives unseen categories and unexpected holes zeros, and counts them", () => {
    const encoder = fitEncoder(tableFromColumns({ c: ["a", "b"], y: [1, 2] }), { target: "y" });
    const { X, unseen, missing } = encoder.features(tableFromColumns({ c: texts(["b", "z", null]) }));
    expect(X.toNested()).toEqual([
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
    expect([unseen, missing]).toEqual([{ c: 1 }, { c: 1 }]);
  });

  it("encodes positions in ascending order: other ones after the last, missing as -1", () => {
    const table = tableFromColumns({ size: texts(["M", "S", "M", "L", "L", "XL"]), y: [1, 2, 3, 4, 5, 6] });
    const encoder = fitEncoder(table, { target: "y", categories: "ordinal", maxCategories: 3 });
    expect(encoder.names).toEqual(["size"]);
    const { X } = encoder.features(tableFromColumns({ size: texts(["L", "M", "S", "XL", null]) }));
    expect(X.toArray()).toEqual([0, 1, 2, 3, -1]);
  });

  it("counts dates in days", () => {
    const born = { type: "date", values: Float64Array.of(0, 86_400_000, NaN) } as const;
    const table = tableFromColumns({ born, y: [1, 2, 3] });
    expect(fitEncoder(table, { target: "y" }).features(table).X.toArray()).toEqual([0, 1, 0.5]);
  });

  it("drops rows with a hole, in features, labels and values alike, and says which", () => {
    const encoder = fitEncoder(train, { target: "churned", missing: "drop-row" });
    const { X, rows, dropped } = encoder.features(train);
    expect(encoder.names).toEqual(["age", "plan=pro"]); // "basic" stands in a row that was dropped
    expect(X.toNested()).toEqual([
      [20, 1],
      [60, 1],
    ]);
    expect([...rows]).toEqual([0, 3]);
    expect(dropped).toEqual([
      { row: 1, column: "plan" },
      { row: 2, column: "age" },
    ]);
    expect(encoder.labels(train)).toEqual(["no", "no"]);
  });

  it("learns from the rows that it is given and from no others", () => {
    const whole = tableFromColumns({ x: [1, 2, 3, 1000], c: ["a", "b", "a", "z"], y: [1, 2, 3, 4] });
    const encoder = fitEncoder(whole.take([0, 1, 2]), { target: "y", standardize: true });
    const alone = tableFromColumns({ x: [1, 2, 3], c: ["a", "b", "a"], y: [1, 2, 3] });
    expect(JSON.stringify(encoder)).toBe(JSON.stringify(fitEncoder(alone, { target: "y", standardize: true })));
    expect(encoder.features(whole).unseen).toEqual({ c: 1 });
  });

  it("reads numbers as classes when told to, in the order of the numbers", () => {
    const table = tableFromColumns({ x: [1, 2, 3, 4], cultivar: [10, 2, 10, 0] });
    const encoder = fitEncoder(table, { target: "cultivar", task: "classification" });
    expect(encoder.classes).toEqual(["0", "2", "10"]);
    expect(encoder.labels(table)).toEqual(["10", "2", "10", "0"]);
    expect(fitEncoder(table, { target: "cultivar" }).task).toBe("regression");
  });

  it("uses the features that are named, in their order, less those that are dropped", () => {
    const table = tableFromColumns({ a: [1], b: [2], c: [3], y: [0] });
    expect(fitEncoder(table, { target: "y", features: ["c", "a"] }).names).toEqual(["c", "a"]);
    expect(fitEncoder(table, { target: "y", drop: ["b"] }).names).toEqual(["a", "c"]);
  });

  it("tells a category from a column of the same name", () => {
    const table = tableFromColumns({ "c=a": [1, 2], c: ["a", "b"], y: [0, 1] });
    expect(fitEncoder(table, { target: "y" }).names).toEqual(["c=a", "c=a (2)", "c=b"]);
  });
});

describe("fitEncoder refuses", () => {
  const fit = (table: Table, options: EncodeOptions) => errorOf(() => fitEncoder(table, options));
  const table = tableFromColumns({ age: [20, 40], income: [1, 2], churned: ["no", "yes"] });

  it("a target that is not there, with the nearest name", () => {
    expect(fit(table, { target: "churn" })).toMatchInlineSnapshot(
      `[DataError: fitEncoder: there is no column "churn". Did you mean "churned"? The columns are "age", "income", "churned".]`,
    );
  });

  it("the target among the features", () => {
    const error = fit(table, { target: "churned", features: ["age", "churned"] });
    expect([error.code, error.column]).toEqual(["target-among-features", "churned"]);
  });

  it("all unknown features and drops at once", () => {
    expect(fit(table, { target: "churned", features: ["agee"], drop: ["x"] }).message).toContain('columns "agee", "x"');
  });

  it("no features, no rows, a column without values", () => {
    expect(fit(table, { target: "churned", drop: ["age", "income"] }).code).toBe("no-features");
    expect(fit(table.take([]), { target: "churned" }).code).toBe("empty-table");
    const empty = fit(tableFromColumns({ a: [NaN, NaN], y: [1, 2] }), { target: "y" });
    expect([empty.code, empty.column]).toEqual(["no-value", "a"]);
    expect(empty.message).toMatchInlineSnapshot(
      `"fitEncoder: the only feature "a" has no value in any of the 2 rows, so there is nothing to learn from. Give other features, or correct how the file is read."`,
    );
    const holes = tableFromColumns({ a: [NaN, NaN], b: [1, 2], y: [1, 2] });
    expect(fit(holes, { target: "y", missing: "throw" }).code).toBe("missing-value");
  });

  it("infinite values, with row and column", () => {
    const infinite = tableFromColumns({ income: [1, 2, -Infinity], y: [1, 2, 3] });
    expect(fit(infinite, { target: "y" })).toMatchInlineSnapshot(
      `[DataError: encoder: column "income" holds -Infinity in row 2, which no learner can use. Correct the value, or mark it as missing.]`,
    );
    const error = fit(infinite, { target: "income", task: "regression" });
    expect([error.code, error.column, error.row]).toEqual(["not-finite", "income", 2]);
  });

  it("missing values when told to throw, with row and column", () => {
    const error = fit(train, { target: "churned", missing: "throw" });
    expect([error.code, error.column, error.row]).toEqual(["missing-value", "plan", 1]);
    expect(error.message).toContain("2 of 4 rows miss a value");
  });

  it("a table where dropping rows leaves nothing", () => {
    const holes = tableFromColumns({ a: [NaN, 1], b: [1, NaN], y: [1, 2] });
    expect(fit(holes, { target: "y", missing: "drop-row" }).code).toBe("no-complete-row");
  });

  it("a missing target, a text target for regression, a date as target", () => {
    const holes = tableFromColumns({ x: [1, 2, 3], y: [1, NaN, NaN] });
    const error = fit(holes, { target: "y" });
    expect([error.code, error.column, error.row]).toEqual(["target-missing", "y", 1]);
    expect(fit(table, { target: "churned", task: "regression" }).code).toBe("column-not-numeric");
    const date = tableFromColumns({ x: [1], y: { type: "date", values: Float64Array.of(0) } });
    expect(fit(date, { target: "y" }).code).toBe("target-type");
  });

  it("unknown and impossible options, all at once", () => {
    const options = { target: "churned", mising: "mean", maxCategories: 0, standardize: "yes" };
    expect(() => fitEncoder(table, options as unknown as EncodeOptions)).toThrow(OptionError);
    expect(() => fitEncoder(table, options as unknown as EncodeOptions)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: fitEncoder: unknown option "mising". Did you mean "missing"? maxCategories must be at least 1, got 0. standardize must be true or false, got "yes".]`,
    );
  });
});

describe("a fitted encoder refuses", () => {
  const encoder = fitEncoder(train, { target: "churned" });

  it("tables without its columns, all of them at once", () => {
    const error = errorOf(() => encoder.features(tableFromColumns({ agee: [1] })));
    expect(error).toMatchInlineSnapshot(
      `[DataError: encoder: there are no columns "age", "plan". Did you mean "agee"? The columns are "agee".]`,
    );
    expect(error.code).toBe("missing-column");
  });

  it("a column of another type", () => {
    const error = errorOf(() => encoder.features(tableFromColumns({ age: ["x"], plan: ["pro"] })));
    expect([error.code, error.column, error.received, error.expected]).toEqual([
      "column-type",
      "age",
      "categories",
      "numbers",
    ]);
  });

  it("a class that training did not have", () => {
    const next = tableFromColumns({ age: [1, 2], plan: ["pro", "pro"], churned: ["no", "maybe"] });
    expect(errorOf(() => encoder.labels(next))).toMatchInlineSnapshot(
      `[DataError: labels: row 1 of the target "churned" is "maybe", a class that training did not have ("no", "yes"). Train again with rows of this class, or leave these rows out.]`,
    );
  });

  it("to give classes as numbers, or numbers as classes", () => {
    expect(errorOf(() => encoder.values(train)).code).toBe("wrong-task");
    const regression = fitEncoder(tableFromColumns({ x: [1], y: [2] }), { target: "y" });
    expect(errorOf(() => regression.labels(tableFromColumns({ x: [1], y: [2] }))).code).toBe("wrong-task");
  });

  it("a table without the target, only when labels are asked for", () => {
    const unlabeled = train.select(["age", "plan"]);
    expect(encoder.features(unlabeled).X.shape).toEqual([4, 4]);
    expect(errorOf(() => encoder.labels(unlabeled)).code).toBe("unknown-column");
  });
});

describe("encoderFromJSON", () => {
  const policies = fc.constantFrom("median", "mean", "drop-row" as const);
  const rows = fc.array(
    fc.record({
      x: fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constant(NaN)),
      c: fc.option(fc.string(), { nil: null }),
    }),
    { minLength: 1, maxLength: 20 },
  );

  it("restores an encoder that gives the same bits", () => {
    fc.assert(
      fc.property(
        rows,
        policies,
        fc.boolean(),
        fc.constantFrom("one-hot", "ordinal" as const),
        (list, missing, standardize, categories) => {
          const complete = { x: 0.5, c: "whole" };
          const all = [complete, ...list];
          const table = tableFromColumns({
            x: all.map(({ x }) => x),
            c: texts(all.map(({ c }) => c)),
            y: all.map((_, i) => i),
          });
          const encoder = fitEncoder(table, { target: "y", missing, standardize, categories, maxCategories: 3 });
          const restored = encoderFromJSON(JSON.parse(JSON.stringify(encoder)));
          const { X, ...rest } = encoder.features(table);
          const { X: restoredX, ...restoredRest } = restored.features(table);
          expect(restoredX.toArray()).toEqual(X.toArray());
          expect(restoredRest).toEqual(rest);
          expect(restored.names).toEqual(encoder.names);
          expect(restored.values(table).toArray()).toEqual(encoder.values(table).toArray());
          expect(X.toArray().every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  const saved = () => JSON.parse(JSON.stringify(fitEncoder(train, { target: "churned", standardize: true })));
  type Edit = (json: ReturnType<typeof saved>) => void;
  const broken: readonly (readonly [path: string, edit: Edit])[] = [
    [
      "encoder.format",
      (j) => {
        j.format = "other";
      },
    ],
    [
      "encoder.version",
      (j) => {
        j.version = "1";
      },
    ],
    [
      "encoder.missing",
      (j) => {
        j.missing = "guess";
      },
    ],
    [
      "encoder.target",
      (j) => {
        delete j.target;
      },
    ],
    [
      "encoder.target.task",
      (j) => {
        j.target.task = "ranking";
      },
    ],
    [
      "encoder.target.classes",
      (j) => {
        j.target.classes = ["no", "no"];
      },
    ],
    [
      "encoder.target.classes[1]",
      (j) => {
        j.target.classes[1] = 3;
      },
    ],
    [
      "encoder.features",
      (j) => {
        j.features = [];
      },
    ],
    [
      "encoder.features",
      (j) => {
        j.features = {};
      },
    ],
    [
      "encoder.features[0].name",
      (j) => {
        j.features[0].name = "churned";
      },
    ],
    [
      "encoder.features[1].name",
      (j) => {
        j.features[1].name = "age";
      },
    ],
    [
      "encoder.features[0].type",
      (j) => {
        j.features[0].type = "float";
      },
    ],
    [
      "encoder.features[0].impute",
      (j) => {
        j.features[0].impute = null;
      },
    ],
    [
      "encoder.features[0].scale.std",
      (j) => {
        j.features[0].scale.std = 0;
      },
    ],
    [
      "encoder.features[0].scale.mean",
      (j) => {
        delete j.features[0].scale.mean;
      },
    ],
    [
      "encoder.features[1].categories",
      (j) => {
        j.features[1].categories = "pro";
      },
    ],
    [
      "encoder.features[1].other",
      (j) => {
        j.features[1].other = 1;
      },
    ],
    [
      "encoder.features[1].encoding",
      (j) => {
        j.features[1].encoding = "hash";
      },
    ],
  ];
  it.each(broken)("names the field that is wrong: %s", (path, edit) => {
    const json = saved();
    expect(() => encoderFromJSON(json)).not.toThrow();
    edit(json);
    const error = errorOf(() => encoderFromJSON(json));
    expect(error.code).toBe("invalid-encoder");
    expect(error.message).toContain(`${path} is `);
  });

  it("says that a newer version wrote the file", () => {
    expect(errorOf(() => encoderFromJSON({ ...saved(), version: 2 }))).toMatchInlineSnapshot(
      `[DataError: encoderFromJSON: the encoder was written by a newer version (format 2; this version reads up to 1). Update steepest.]`,
    );
  });

  it("refuses what is no object at all", () => {
    for (const json of [null, undefined, 3, "x", []]) {
      expect(errorOf(() => encoderFromJSON(json)).code).toBe("invalid-encoder");
    }
  });
});
