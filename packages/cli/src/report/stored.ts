// A report as a file: what it shows as JSON, from which the same bytes of HTML can be made again.
import type { ConfusionMatrix } from "steepest/metrics";
import * as v from "valibot";
import { confusionFromCounts } from "../metrics/judge.ts";
import type { ReportInput } from "./input.ts";

export const REPORT_FORMAT = "steepest-report";
export const REPORT_VERSION = 1;

/** Why a text is no stored report. */
export class StoredReportError extends Error {
  readonly code: "invalid-json" | "not-a-report" | "newer-version" | "invalid-report";

  constructor(code: StoredReportError["code"], message: string) {
    super(message);
    this.name = "StoredReportError";
    this.code = code;
  }
}

/**
 * Numbers that JSON lacks are written as { "number": "NaN" }, a confusion matrix as its counts, and what is listed by the names of
 * classes as pairs: a class may be called "constructor".
 */
export function serializeReport(input: ReportInput): string {
  const { confusion, roc, precisionRecall } = input.evaluation;
  const { coefficients, intercepts } = input.model;
  const evaluation = {
    ...input.evaluation,
    ...(confusion === undefined ? {} : { confusion: countsOf(confusion) }),
    ...(roc === undefined ? {} : { roc: Object.entries(roc) }),
    ...(precisionRecall === undefined ? {} : { precisionRecall: Object.entries(precisionRecall) }),
  };
  const model = {
    ...input.model,
    coefficients: Object.entries(coefficients),
    intercepts: Object.entries(intercepts),
  };
  const stored = { format: REPORT_FORMAT, version: REPORT_VERSION, report: { ...input, evaluation, model } };
  return `${JSON.stringify(stored, (_, value: unknown) => (isNotFinite(value) ? { number: String(value) } : value))}\n`;
}

/** @throws StoredReportError when the text is cut, something else, changed, or of a newer version. */
export function parseReport(text: string): ReportInput {
  const stored = parseJson(text);
  const head = v.safeParse(headSchema, stored);
  if (!head.success) throw new StoredReportError("not-a-report", `it does not say "format": "${REPORT_FORMAT}"`);
  const { version } = head.output;
  if (version > REPORT_VERSION) {
    throw new StoredReportError(
      "newer-version",
      `it has version ${version}, and this steepest reads ${REPORT_VERSION}`,
    );
  }
  const result = v.safeParse(reportSchema, head.output.report);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new StoredReportError("invalid-report", `${v.getDotPath(issue) ?? "report"}: ${issue.message}`);
}

function countsOf({
  labels,
  counts,
  average,
  positive,
}: ConfusionMatrix<string>): v.InferInput<typeof confusionSchema> {
  return {
    labels: [...labels],
    counts: counts.map((row) => [...row]),
    ...(average === "binary" && positive !== undefined ? { positive } : {}),
  };
}

function isNotFinite(value: unknown): value is number {
  return typeof value === "number" && !Number.isFinite(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      const written = v.safeParse(notFiniteSchema, value);
      return written.success ? Number(written.output.number) : value;
    });
  } catch (error) {
    throw new StoredReportError("invalid-json", error instanceof Error ? error.message : String(error));
  }
}

const notFiniteSchema = v.strictObject({ number: v.picklist(["NaN", "Infinity", "-Infinity"]) });
const headSchema = v.object({ format: v.literal(REPORT_FORMAT), version: v.number(), report: v.unknown() });

const number = v.custom<number>((value) => typeof value === "number", "a number is missing");
const byLabel = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Record<string, T>> =>
  v.pipe(
    v.array(v.tuple([v.string(), schema])),
    v.transform((entries) => Object.fromEntries(entries)),
  );
const numbers = v.array(number);
const option = v.union([v.string(), number, v.boolean()]);
const pairs = v.object({ a: v.string(), b: v.string(), r: number });
const summary = v.object({
  min: number,
  lowerQuartile: number,
  median: number,
  upperQuartile: number,
  max: number,
  mean: number,
  std: number,
});

const column = v.pipe(
  v.object({
    name: v.string(),
    type: v.picklist(["number", "category", "date"]),
    missing: number,
    distinct: number,
    summary: v.exactOptional(summary),
    top: v.array(v.object({ value: v.string(), count: number })),
    warnings: v.array(v.string()),
  }),
  v.transform((profile) => ({ ...profile, summary: profile.summary })),
);

const confusionSchema = v.object({
  labels: v.array(v.string()),
  counts: v.array(numbers),
  positive: v.exactOptional(v.string()),
});

const confusionOfCounts = v.pipe(
  confusionSchema,
  v.check(
    ({ labels, counts }) => counts.length === labels.length && counts.every((row) => row.length === labels.length),
    "the counts are not a square of the labels",
  ),
  v.check(({ counts }) => counts.flat().some((count) => count > 0), "there are no counts"),
  v.transform(({ labels, counts, positive }) => confusionFromCounts(labels, counts, positive)),
);

const curve = v.object({ x: numbers, y: numbers, thresholds: numbers, area: number });
const metric = v.object({
  name: v.string(),
  label: v.string(),
  better: v.picklist(["larger", "smaller"]),
  folds: v.exactOptional(v.object({ mean: number, std: number, perFold: numbers })),
  holdout: v.exactOptional(number),
  interval: v.exactOptional(v.object({ low: number, high: number, level: number })),
  training: v.exactOptional(number),
});

const thresholdEntries = { threshold: number, tp: number, fp: number, tn: number, fn: number };
const evaluation = v.object({
  rowsUsed: v.picklist(["holdout", "out-of-fold", "training"]),
  rows: number,
  positive: v.exactOptional(v.string()),
  confusion: v.exactOptional(confusionOfCounts),
  roc: v.exactOptional(byLabel(curve)),
  precisionRecall: v.exactOptional(byLabel(curve)),
  calibration: v.exactOptional(v.array(v.object({ predicted: number, observed: number, count: number }))),
  thresholds: v.exactOptional(
    v.object({
      rows: v.array(v.object(thresholdEntries)),
      best: v.array(v.object({ ...thresholdEntries, by: v.string() })),
      costs: v.exactOptional(v.object({ falsePositive: number, falseNegative: number })),
    }),
  ),
  scores: v.exactOptional(v.object({ positive: numbers, logOdds: numbers })),
  points: v.exactOptional(v.object({ actual: numbers, predicted: numbers })),
});

const spread = v.object({ mean: number, std: number, perFold: numbers, undefinedFolds: number });
const selection = v.object({
  learningCurve: v.exactOptional(
    v.object({ label: v.string(), points: v.array(v.object({ x: number, train: spread, test: spread })) }),
  ),
  strengths: v.exactOptional(
    v.object({
      chosen: number,
      penalty: v.string(),
      tried: v.array(v.object({ strength: number, error: number, coef: numbers })),
    }),
  ),
});

const data = v.object({
  file: v.string(),
  sha256: v.string(),
  rows: number,
  target: v.string(),
  columns: v.array(column),
  balance: v.array(v.object({ label: v.string(), count: number })),
  correlations: v.array(pairs),
  warnings: v.array(v.string()),
  duplicates: v.exactOptional(
    v.object({
      count: number,
      first: v.array(v.object({ row: number, of: number })),
      heldOut: v.exactOptional(v.object({ count: number, rows: number })),
    }),
  ),
  totals: v.exactOptional(v.object({ number, category: number, date: number, missing: number })),
});

const reportSchema: v.GenericSchema<unknown, ReportInput> = v.object({
  title: v.string(),
  run: v.exactOptional(v.string()),
  date: v.string(),
  command: v.string(),
  seed: number,
  versions: v.record(v.string(), v.string()),
  status: v.object({ word: v.string(), message: v.string() }),
  task: v.picklist(["classification", "regression"]),
  data,
  settings: v.exactOptional(v.record(v.string(), option)),
  pipeline: v.array(v.object({ step: v.string(), options: v.record(v.string(), option) })),
  metrics: v.array(metric),
  evaluation,
  selection: v.exactOptional(selection),
  training: v.object({
    solver: v.string(),
    status: v.string(),
    message: v.string(),
    steps: number,
    objective: number,
    history: numbers,
    gradientNorms: v.exactOptional(numbers),
    unit: v.exactOptional(v.picklist(["step", "epoch"])),
  }),
  model: v.object({
    kind: v.string(),
    features: v.array(v.string()),
    coefficients: byLabel(numbers),
    intercepts: byLabel(number),
    layers: v.exactOptional(v.array(v.tuple([number, number]))),
  }),
});
