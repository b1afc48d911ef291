import { confusion } from "steepest/metrics";
import { describe, expect, it } from "vitest";
import {
  parseReport,
  type ReportInput,
  renderReport,
  type StoredReportError,
  serializeReport,
} from "../src/report/index.ts";
import { figure } from "../src/report/parts.ts";
import { classificationInput, hostileInput, regressionInput } from "./report-fixtures.ts";

const inputs: readonly (readonly [string, () => ReportInput])[] = [
  ["classification", classificationInput],
  ["regression", regressionInput],
  ["hostile names", hostileInput],
];

describe.each(inputs)("the report of %s", (_, input) => {
  it("is well-formed: every element is closed in order, ids are unique, links have their targets", async () => {
    expect(problems(await renderReport(input()))).toEqual([]);
  });

  it("gives equal bytes for equal inputs", async () => {
    expect(await renderReport(input())).toBe(await renderReport(input()));
  });

  it("comes from its stored form as from its input, byte by byte", async () => {
    expect(await renderReport(parseReport(serializeReport(input())))).toBe(await renderReport(input()));
  });

  it("is smaller than 1 MB and loads nothing", async () => {
    const report = await renderReport(input());
    expect(Buffer.byteLength(report)).toBeLessThan(1e6);
    expect(report).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    );
    expect(
      tags(report).filter((tag) => /^<(script|img|link|iframe|object|image|use)\b|\s(src|on\w+)=/i.test(tag)),
    ).toEqual([]);
  });

  it("has headings in order, and caption, label and data for every picture", async () => {
    const report = await renderReport(input());
    const levels = [...report.matchAll(/<h([1-6])\b/g)].map((match) => Number(match[1]));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    const figures = report.match(/<figure [\s\S]*?<\/figure>/g) ?? [];
    expect(figures.length).toBeGreaterThanOrEqual(4);
    for (const figure of figures) {
      expect(figure).toMatch(/<figcaption><strong>[^<]+<\/strong> [^<]{10,}<\/figcaption>/);
      expect(figure.match(/role="img" aria-label="[^"]+"><svg aria-hidden="true"/g)).toHaveLength(2);
      expect(figure).toMatch(/<details><summary>Data: [\s\S]*<tbody><tr>/);
    }
  });
});

describe("what the report says", () => {
  it("shows metrics of folds, held-out and training rows with their digits", async () => {
    const report = await renderReport(classificationInput());
    const row = report.match(/<tr><th scope="row">ROC AUC[\s\S]*?<\/tr>/)?.[0] ?? "";
    expect(row.replace(/<[^>]*>/g, " ")).toMatch(/0\.9946 ± 0\.0036\s+0\.9974\s+0\.9912 to 1\.000\s+0\.9976/);
  });

  it("names command, seed, data hash, versions and date", async () => {
    const input = classificationInput();
    const report = await renderReport(input);
    for (const text of [
      input.command,
      input.data.sha256,
      "20.20.2",
      "2026-01-15T09:30:00Z",
      "0.0017574692",
      "<dt>Seed</dt><dd>0</dd>",
    ]) {
      expect(report).toContain(text);
    }
  });

  it("does not say the status twice", async () => {
    const status = { word: "converged", message: "Converged: duality gap 1e-12." };
    expect(await renderReport({ ...classificationInput(), status })).toContain(
      "<strong>Converged.</strong> Duality gap 1e-12.</p>",
    );
  });

  it("leaves out sections without content", async () => {
    const report = await renderReport({
      ...regressionInput(),
      pipeline: [],
      metrics: [],
      evaluation: { rowsUsed: "training", rows: 0 },
    });
    const headings = [...report.matchAll(/<h2[^>]*>([^<]+)/g)].map((match) => match[1]);
    expect(headings).toEqual(["Selection", "Training", "Model", "Data", "Reuse"]);
    expect([...report.matchAll(/<a href="#(\w+)"/g)].map((match) => match[1])).toEqual([
      "selection",
      "training",
      "model",
      "data",
      "reuse",
    ]);
  });

  it("says when the rows of the evaluation were seen by the model", async () => {
    expect(await renderReport(hostileInput())).toContain("90 training rows: the model has seen them");
  });

  it("names that are HTML stay text", async () => {
    const report = await renderReport(hostileInput());
    expect(report).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    expect(report).not.toMatch(/<script|onerror=alert\(1\)>/i);
  });

  it("says what cannot be drawn: coefficients, predictions and correlations of a run that diverged", async () => {
    const base = regressionInput();
    const report = await renderReport({
      ...base,
      data: { ...base.data, correlations: [{ a: "age", b: "bmi", r: Number.NaN }] },
      metrics: [{ name: "r2", label: "R²", better: "larger", training: Number.NaN }],
      evaluation: { rowsUsed: "training", rows: 2, points: { actual: [1, 2], predicted: [Infinity, 2] } },
      training: { ...base.training, objective: Infinity, history: [1, 1e300, Infinity, Number.NaN] },
      model: { ...base.model, coefficients: { y: base.model.features.map(() => Number.NaN) } },
    });
    expect(problems(report)).toEqual([]);
    expect(report.match(/No picture: [^<]*/g)).toEqual([
      "No picture: predictedActual: predicted[0] is Infinity; a figure needs finite numbers. Drop or impute the entry.",
      "No picture: histogram: values[0] is -Infinity; a figure needs finite numbers. Drop or impute the entry.",
      "No picture: coefficients: &quot;y&quot;[0] is NaN; a figure needs finite numbers. Drop or impute the entry.",
      "No picture: correlations: r[0] is NaN; a figure needs finite numbers. Drop or impute the entry.",
    ]);
    expect(report).toContain("not defined");
  });

  it("stays readable and small with 100 classes and 3,000 columns", async () => {
    const base = hostileInput();
    const labels = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    const names = Array.from({ length: 3000 }, (_, i) => `column ${i}`);
    const actual = labels.flatMap((label) => [label, label]);
    const curve = base.evaluation.roc!["a & b"]!;
    const report = await renderReport({
      ...base,
      data: {
        ...base.data,
        columns: names.map((name) => ({ ...base.data.columns[1]!, name })),
        balance: labels.map((label, i) => ({ label, count: i + 1 })),
      },
      evaluation: {
        ...base.evaluation,
        confusion: confusion<string>(actual, actual, { average: "macro" }),
        roc: Object.fromEntries(labels.map((label, i) => [label, { ...curve, area: 1 - i / 200 }])),
      },
      model: {
        kind: "softmax",
        features: names,
        coefficients: Object.fromEntries(
          labels.slice(0, 10).map((label, i) => [label, names.map((_, j) => (i + 1) * (j % 7))]),
        ),
        intercepts: {},
      },
    });
    expect(Buffer.byteLength(report)).toBeLessThan(1e6);
    expect(problems(report)).toEqual([]);
    for (const text of [
      "76 other classes",
      "ROC, the 8 lowest of 100 curves",
      "The first 200 of 3,000.",
      "The 6 largest of 3,000 coefficients",
    ]) {
      expect(report).toContain(text);
    }
    expect(report).not.toContain('id="confusion"');
  });

  it("draws a loss curve for any history: rising, flat, or with a step that is not finite", async () => {
    for (const history of [[1, 2, 3], [1, 1], [3, Number.NaN, 1, 0.5], [-1, -2, -3], [5]]) {
      const base = classificationInput();
      const report = await renderReport({ ...base, training: { ...base.training, history, gradientNorms: [] } });
      expect(report.includes('id="loss"')).toBe(history.length > 1);
    }
  });
});

describe("a stored report", () => {
  const stored = serializeReport(classificationInput());
  const codeOf = (text: string): string => {
    try {
      parseReport(text);
      return "none";
    } catch (error) {
      return (error as StoredReportError).code;
    }
  };

  it("keeps what JSON lacks, and classes with the names of JavaScript's own fields", () => {
    const base = classificationInput();
    const curve = base.evaluation.roc!["malignant"]!;
    const names = ["constructor", "__proto__", "10", "2"];
    const input: ReportInput = {
      ...base,
      metrics: [{ name: "r2", label: "R²", better: "larger", training: Number.NaN }],
      evaluation: { ...base.evaluation, roc: Object.fromEntries(names.map((name) => [name, curve])) },
      training: { ...base.training, objective: -Infinity, history: [1, Number.NaN, Infinity] },
    };
    const read = parseReport(serializeReport(input));
    expect(read.training).toEqual(input.training);
    expect(read.metrics[0]!.training).toBeNaN();
    expect(Object.keys(read.evaluation.roc!).sort()).toEqual([...names].sort());
    expect(read.evaluation.roc!["2"]!.thresholds[0]).toBe(Infinity);
  });

  it.each([
    ["cut at its end", stored.slice(0, -40), "invalid-json"],
    ["another file", '{"format":"steepest-metrics","version":1}', "not-a-report"],
    ["a list", "[]", "not-a-report"],
    ["of a later version", stored.replace('"version":1', '"version":2'), "newer-version"],
    ["without a field", stored.replace('"title":', '"tilte":'), "invalid-report"],
    ["with counts that are not square", stored.replace(/"counts":\[\[\d+,/, '"counts":[['), "invalid-report"],
    ["as it was written", stored, "none"],
  ])("%s is told apart", (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("says which field is wrong", () => {
    const changed = stored.replace('"missing":0', '"missing":"none"');
    expect(() => parseReport(changed)).toThrow("data.columns.0.missing: a number is missing");
  });
});

describe("the checks themselves", () => {
  it.each([
    ["an element that is not closed", "<p><b>x</p>", "p closes b"],
    ["an id that occurs twice", '<p id="a"></p><p id="a"></p>', "id a twice"],
    ["a link without target", '<a href="#x">x</a>', "no target x"],
    ["a reference to a clip path that is missing", '<g clip-path="url(#c)"></g>', "no target c"],
  ])("find %s", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});

const tags = (text: string) => text.match(/<[^!][^>]*>/g) ?? [];
const voids = new Set(["meta", "br", "hr", "img", "link", "input"]);

/** Enough of a validator for pages that this program writes itself. */
function problems(text: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  const targets: string[] = [];
  for (const tag of tags(text.replace(/<style>[\s\S]*?<\/style>/, ""))) {
    const name = tag.match(/^<\/?([a-z][\w-]*)/i)?.[1] ?? "?";
    if (tag.startsWith("</")) {
      const last = open.pop();
      if (last !== name) return [...found, `${name} closes ${last}`];
    } else if (!tag.endsWith("/>") && !voids.has(name)) open.push(name);
    const id = tag.match(/\sid="([^"]*)"/)?.[1];
    if (id !== undefined && ids.has(id)) found.push(`id ${id} twice`);
    if (id !== undefined) ids.add(id);
    for (const match of tag.matchAll(/(?:href="#|url\(#|labelledby=")([^")]+)/g)) targets.push(match[1]!);
  }
  if (open.length > 0) found.push(`open at the end: ${open.join(" ")}`);
  return [...found, ...targets.filter((target) => !ids.has(target)).map((target) => `no target ${target}`)];
}

describe("a picture that cannot be drawn", () => {
  it("is a note in its place, whatever went wrong", async () => {
    const { html } = await figure("broken", () => {
      throw new RangeError("too many series");
    });
    expect(html).toBe('<p class="note warn" id="broken">No picture: too many series</p>');
  });
});
