// Request and table together: what will be fitted and how it will be judged. Everything that does not fit is reported at once.
import type { Column, Table } from "steepest/data";
import { sourceName } from "../data/load-table.ts";
import { throwProblems } from "../failure.ts";
import type { Task } from "../metrics/catalog.ts";
import { gateProblems } from "../metrics/gates.ts";
import type { Problem } from "../problem.ts";
import {
  classProblem,
  foldProblems,
  holeProblems,
  infinityProblems,
  labelProblems,
  looksLikeClasses,
  noFeatures,
  numberProblem,
  rowProblems,
} from "./plan-problems.ts";
import { type ModelName, modelProblems, type TrainRequest } from "./request.ts";

/** A class of the target and how many rows have it. */
export interface ClassCount {
  readonly label: string;
  readonly count: number;
}

export interface TrainPlan {
  readonly model: ModelName;
  readonly task: Task;
  /** Columns to learn from, in the order of the table. */
  readonly features: readonly string[];
  /** Classes with their counts, in the order of the model; empty for numbers. */
  readonly balance: readonly ClassCount[];
  /** Two classes: the one that precision and recall speak of. */
  readonly positive: string | undefined;
  /** 0: no cross-validation. */
  readonly folds: number;
  readonly holdout: number | undefined;
  /** What was decided without being asked. */
  readonly notes: readonly string[];
}

const DEFAULT_FOLDS = 5;
/**
 * The columns have been checked; `rowNumber` gives the place of a row in the file, counted from 1.
 * @throws RequestError with every reason why this table cannot be learned as requested.
 */
export function makePlan(request: TrainRequest, table: Table, rowNumber: (row: number) => number): TrainPlan {
  const { target, drop } = request;
  const wanted = request.features ?? table.names;
  const features = table.names.filter((name) => name !== target && wanted.includes(name) && !drop.includes(name));
  const column = table.column(target);
  const notes: string[] = [];
  const model = request.model ?? defaultModel(column);
  const task: Task = model === "logistic" ? "classification" : "regression";
  const problems = [
    ...(features.length === 0 ? [noFeatures(target)] : []),
    ...holeProblems(target, column, rowNumber),
    ...infinityProblems(table, [...features, target], rowNumber),
  ];
  if (request.model === undefined)
    problems.push(...modelProblems(model, request.solver, request.classWeight !== undefined));
  const targetProblem = task === "regression" ? numberProblem(target, column, rowNumber) : classProblem(target, column);
  if (targetProblem !== undefined) throwAt(sourceName(request.file), [...problems, targetProblem]); // counting its classes would mislead
  const balance = task === "classification" ? countClasses(column) : [];
  problems.push(...rowProblems(request, table, balance, task), ...gateProblems(request.gates, task));
  if (task === "classification") problems.push(...labelProblems(request, balance));
  const isGuess = request.model === undefined && model === "linear";
  if (isGuess && column.type === "number" && looksLikeClasses(column.values)) {
    notes.push(`the target "${target}" has few different whole numbers: if they are classes, add --model logistic`);
  }
  const { folds, note } = chooseFolds(request, table.rows, balance);
  if (note !== undefined) notes.push(note);
  problems.push(...foldProblems(request, table.rows, balance));
  throwAt(sourceName(request.file), problems);
  const positive = balance.length === 2 ? (request.positive ?? balance[1]?.label) : undefined;
  return { model, task, features, balance, positive, folds, holdout: request.holdout, notes };
}

/** Problems of the data are problems of its file. */
function throwAt(file: string, problems: readonly Problem[]): void {
  throwProblems(problems.map((p) => (p.class === "DataError" ? { ...p, where: { file, ...p.where } } : p)));
}

/** Text means classes. Numbers are predicted as numbers, unless there are two of them. */
function defaultModel(column: Column): ModelName {
  if (column.type === "category") return "logistic";
  const distinct = new Set(column.values);
  return column.type === "number" && distinct.size === 2 && looksLikeClasses(column.values) ? "logistic" : "linear";
}

/** Text in the order of its characters, numbers by value: the order of the fitted model. */
function countClasses(column: Column): { label: string; count: number }[] {
  const counts = new Map<string | number, number>();
  const count = (label: string | number): void => void counts.set(label, (counts.get(label) ?? 0) + 1);
  if (column.type === "category") for (const code of column.codes) if (code >= 0) count(column.categories[code]!);
  if (column.type === "number") for (const x of column.values) if (!Number.isNaN(x)) count(x);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, n]) => ({ label: String(label), count: n }));
}

/** As many folds as asked for; else five, or as many as the smallest class allows. */
function chooseFolds(
  { cv, holdout }: TrainRequest,
  rows: number,
  balance: readonly { count: number }[],
): { folds: number; note?: string } {
  if (cv !== undefined) return { folds: cv };
  if (holdout !== undefined) return { folds: 0 };
  const most = Math.min(DEFAULT_FOLDS, rows, ...balance.map(({ count }) => count));
  if (most === DEFAULT_FOLDS) return { folds: DEFAULT_FOLDS };
  if (most < 2) return { folds: 0, note: "too few rows to cross-validate: the metrics are those of the training rows" };
  return {
    folds: most,
    note: `${most} folds instead of ${DEFAULT_FOLDS}: there are no more rows in the smallest class`,
  };
}
