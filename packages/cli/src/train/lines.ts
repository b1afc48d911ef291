// The lines that a training says about itself.
import type { ColumnProfile, Table } from "steepest/data";
import type { FitReport } from "steepest/models";
import { formatCount, formatList, formatPlain, formatSpread, formatValue, plural } from "../format.ts";
import { type MetricValues, metricsOf, type Task } from "../metrics/catalog.ts";
import { confusionOf, type Scored } from "../metrics/judge.ts";
import type { FittedLearner } from "./learner.ts";
import type { NetworkRequest } from "./network-request.ts";
import type { ClassCount, TrainPlan } from "./plan.ts";
import type { Spread } from "./validate.ts";

/** 569 rows × 30 numeric columns */
export function sizeText(table: Table, features: readonly string[]): string {
  const types = features.map((name) => table.column(name).type);
  const counts = [
    [types.filter((type) => type === "number").length, "numeric"],
    [types.filter((type) => type === "category").length, "categorical"],
    [types.filter((type) => type === "date").length, "of dates"],
  ] as const;
  const kinds = counts.filter(([count]) => count > 0);
  const rows = plural(table.rows, "row");
  if (kinds.length === 1 && kinds[0]?.[1] === "numeric") return `${rows} × ${plural(types.length, "numeric column")}`;
  const list = kinds.map(([count, kind]) => `${formatCount(count)} ${kind}`).join(", ");
  return `${rows} × ${plural(types.length, "column")} (${list})`;
}

/** target "diagnosis" (357 benign, 212 malignant) */
export function targetText(
  target: string,
  balance: readonly ClassCount[],
  values: { min: number; max: number } | undefined,
): string {
  const range = values === undefined ? "" : ` (${formatPlain(values.min)} to ${formatPlain(values.max)})`;
  if (balance.length === 0) return `target "${target}"${range}`;
  const isNumber = balance.every(({ label }) => Number.isFinite(Number(label))); // "178 0" would be hard to read
  const classes = balance.map(({ label, count }) =>
    isNumber ? `${label}: ${formatCount(count)}` : `${formatCount(count)} ${label}`,
  );
  return `target "${target}" (${formatList(classes, 5)})`;
}

/** no leakage suspected, no constant column, 21 column pairs with |r| > 0.9 (report, "data") */
export function checkText(columns: readonly ColumnProfile[], pairs: number, missing: number, repeated: number): string {
  const named = (sign: string): string[] =>
    columns.filter(({ warnings }) => warnings.some((w) => w.startsWith(sign))).map(({ name }) => `"${name}"`);
  const leaks = named("gives the target away");
  const constants = named("constant");
  const identifiers = named("identifier-like");
  return [
    leaks.length === 0 ? "no leakage suspected" : `${formatList(leaks)} may give the target away`,
    constants.length === 0 ? "no constant column" : `constant: ${formatList(constants)}`,
    ...(identifiers.length === 0 ? [] : [`like an identifier: ${formatList(identifiers)}`]),
    ...(missing === 0
      ? []
      : [`${plural(missing, "missing value")}, to be filled with medians or a category of their own`]),
    ...(repeated === 0
      ? []
      : [`${plural(repeated, "row")} that ${repeated === 1 ? "repeats" : "repeat"} an earlier one`]),
    pairs === 0 ? "no column pair with |r| > 0.9" : `${plural(pairs, "column pair")} with |r| > 0.9 (report, "data")`,
  ].join(", ");
}

/** 5 stratified folds: ROC AUC 0.994 ± 0.004   accuracy 0.977 ± 0.010 */
export function foldsText(plan: TrainPlan, folds: Readonly<Record<string, Spread>>): string {
  const shown = metricsOf(plan.task)
    .filter(({ name }) => folds[name] !== undefined)
    .slice(0, 2)
    .map(({ name, label, share }) => `${label} ${formatSpread(folds[name]!.mean, folds[name]!.std, share)}`);
  return `${plan.folds} ${plan.task === "classification" ? "stratified" : "shuffled"} folds: ${shown.join("   ")}`;
}

/** logistic regression (lbfgs): converged in 17 steps, training accuracy 0.9877, objective 0.06636 */
export function fitText(
  name: string,
  { solver, status, steps, objective }: Omit<FitReport, "status"> & Pick<FittedLearner, "status">,
  task: Task,
  training: MetricValues,
  chosen = "",
): string {
  const quality =
    task === "classification"
      ? `training accuracy ${formatValue(training["accuracy"] ?? Number.NaN)}`
      : `training R² ${training["r2"] === undefined ? "undefined" : formatValue(training["r2"])}`;
  const how =
    steps === 0
      ? STATUS[status]
      : `${STATUS[status]} ${status === "converged" ? "in" : "after"} ${plural(steps, "step")}`;
  return `${name} (${solver}${chosen}): ${how}, ${quality}, objective ${formatValue(objective)}`;
}

/** , l2 0.0316 chosen */
export function chosenText({ chosen, penalty: { l1, l2 } }: Pick<FittedLearner, "chosen" | "penalty">): string {
  if (chosen === undefined) return "";
  const parts = [...(l1 > 0 ? [`l1 ${formatValue(l1)}`] : []), ...(l2 > 0 ? [`l2 ${formatValue(l2)}`] : [])];
  return `, ${parts.join(" and ")} chosen`;
}

const STATUS: Readonly<Record<FittedLearner["status"], string>> = {
  converged: "converged",
  "max-steps": "not converged",
  stalled: "stalled",
  aborted: "stopped",
  finished: "all epochs done",
  "early-stopped": "stopped early",
  nonfinite: "numbers stopped being finite",
};

/** tn 71 fp 0 / fn 2 tp 41   precision 1.000  recall 0.953  F1 0.976   (positive: malignant) */
export function judgmentText(scored: Scored, values: MetricValues): string {
  if (scored.task === "classification" && scored.positive !== undefined) {
    const { tn, fp, fn, tp } = confusionOf(scored);
    const share = (name: string): string => (values[name] ?? Number.NaN).toFixed(3);
    const counts = `tn ${tn} fp ${fp} / fn ${fn} tp ${tp}`;
    const shares = `precision ${share("precision")}  recall ${share("recall")}  F1 ${share("f1")}`;
    return `${counts}   ${shares}   (positive: ${scored.positive})`;
  }
  return metricsOf(scored.task)
    .filter(({ name }) => values[name] !== undefined)
    .slice(0, 3)
    .map(({ name, label, share }) => `${label} ${share ? values[name]!.toFixed(3) : formatValue(values[name]!)}`)
    .join("   ");
}

/** 64-32 relu, adam 0.001, 100 epochs of batches of 32 */
export function networkText({ hidden, activation, optimizer, schedule, epochs, batchSize }: NetworkRequest): string {
  const layers = hidden.length === 0 ? "no hidden layer" : `${hidden.join("-")} ${activation}`;
  const shape = schedule.name === "constant" ? "" : ` ${schedule.name}`;
  const length = `${plural(epochs, "epoch")} of batches of ${formatCount(batchSize)}`;
  return `${layers}, ${optimizer.name} ${optimizer.learningRate}${shape}, ${length}`;
}
