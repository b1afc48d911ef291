// Request and table together: what will be fitted and how it will be judged. Everything that does not fit is reported at once.
import type { Column, Table } from "steepest/data";
import { sourceName } from "../data/source.ts";
import { throwProblems } from "../failure.ts";
import { formatList } from "../format.ts";
import type { Task } from "../metrics/catalog.ts";
import { gateProblems } from "../metrics/gates.ts";
import type { Problem } from "../problem.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import { MODELS, type ModelName } from "./models.ts";
import { numberTextNotes, numberTextProblems } from "./number-texts.ts";
import { categoryNotes, emptyNotes, isEmpty } from "./plan-notes.ts";
import {
  classProblem,
  foldProblems,
  holdoutProblems,
  holeProblems,
  infinityProblems,
  labelProblems,
  looksLikeClasses,
  noFeatures,
  numberProblem,
  rareWithoutClasses,
  rowProblems,
} from "./plan-problems.ts";
import { isKnownPair, positiveOf } from "./positive.ts";
import { modelProblems, type TrainRequest } from "./request.ts";

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
  const asked = table.names.filter((name) => name !== target && wanted.includes(name) && !drop.includes(name));
  const features = asked.filter((name) => !isEmpty(table.column(name)));
  const column = table.column(target);
  const notes = [
    ...emptyNotes(table, asked),
    ...numberTextNotes(request, table, features),
    ...categoryNotes(request, table, features),
  ];
  const model = request.model ?? defaultModel(column);
  const known = MODELS[model].task;
  const task: Task = known === "of-target" ? taskOf(column) : known;
  const problems = [
    ...(features.length === 0 ? [noFeatures(target)] : []),
    ...(request.dropRare !== undefined && task === "regression" ? [rareWithoutClasses(target)] : []),
    ...holeProblems(target, column, rowNumber),
    ...infinityProblems(table, [...features, target], rowNumber),
  ];
  if (request.model === undefined || known === "of-target") problems.push(...modelProblems(model, task, request));
  const textProblems = numberTextProblems(request, column);
  if (textProblems.length > 0) throwAt(sourceName(request.file), [...problems, ...textProblems]);
  const targetProblem =
    task === "regression" ? numberProblem(target, column, rowNumber) : classProblem(request, column);
  if (targetProblem !== undefined) throwAt(sourceName(request.file), [...problems, targetProblem]); // counting its classes would mislead
  const balance = task === "classification" ? countClasses(column) : [];
  problems.push(...rowProblems(request, table, balance, task), ...gateProblems(request.gates, task));
  if (task === "classification") problems.push(...labelProblems(request, balance));
  const isGuess = task === "regression" && (request.model === undefined || known === "of-target");
  if (isGuess && column.type === "number" && looksLikeClasses(column.values)) {
    const add = known === "of-target" ? quoteCommand(["--types", `${target}=category`]) : "--model logistic";
    notes.push(`the target "${target}" has few different whole numbers: if they are classes, add ${add}`);
  }
  const { folds, notes: foldNotes } = chooseFolds(request, table.rows, balance);
  notes.push(...foldNotes);
  problems.push(...foldProblems(request, table.rows, balance), ...holdoutProblems(request, table.rows, balance));
  throwAt(sourceName(request.file), problems);
  const labels = balance.map(({ label }) => label);
  const positive = balance.length === 2 ? (request.positive ?? positiveOf(labels)) : undefined;
  if (positive !== undefined && request.positive === undefined && !isKnownPair(labels)) {
    const other = labels.find((label) => label !== positive) ?? "";
    const flag = quoteCommand(["--positive", other]);
    notes.push(`the positive class is "${positive}", the last one in order; ${flag}  takes the other one`);
  }
  return { model, task, features, balance, positive, folds, holdout: request.holdout, notes };
}

/** Problems of the data are problems of its file. */
function throwAt(file: string, problems: readonly Problem[]): void {
  throwProblems(problems.map((p) => (p.class === "DataError" ? { ...p, where: { file, ...p.where } } : p)));
}

function defaultModel(column: Column): ModelName {
  return taskOf(column) === "classification" ? "logistic" : "linear";
}

/** Text means classes. Numbers are predicted as numbers, unless there are two of them. */
function taskOf(column: Column): Task {
  if (column.type === "category") return "classification";
  const distinct = new Set(column.values);
  const isPair = column.type === "number" && distinct.size === 2 && looksLikeClasses(column.values);
  return isPair ? "classification" : "regression";
}

/** Text in the order of its characters, numbers by value: the order of the fitted model. */
function countClasses(column: Column): { label: string; count: number }[] {
  const counts = new Map<string | number, number>();
  const count = (label: string | number): void => void counts.set(label, (counts.get(label) ?? 0) + 1);
  if (column.type === "category") for (const code of column.codes) if (code >= 0) count(column.categories[code]!);
  if (column.type === "number") for (const x of column.values) if (!Number.isNaN(x)) count(x);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, n]) => ({ label: String(label), count: n }));
}

/** As many folds as asked for; else five, or as many as the smallest class allows that can be shared out at all. */
function chooseFolds(
  { cv, holdout }: TrainRequest,
  rows: number,
  balance: readonly ClassCount[],
): { folds: number; notes: readonly string[] } {
  if (cv !== undefined) return { folds: cv, notes: [] };
  if (holdout !== undefined) return { folds: 0, notes: [] };
  const single = balance.filter(({ count }) => count === 1).map(({ label }) => `"${label}"`);
  const several = balance.filter(({ count }) => count > 1);
  const shared = rows - single.length;
  const smallest = several.toSorted((a, b) => a.count - b.count)[0];
  const folds = Math.min(DEFAULT_FOLDS, shared, smallest?.count ?? rows);
  if (folds < 2 || (balance.length > 0 && several.length === 0)) {
    const why = balance.length > 0 ? "every class has 1 row" : "there are too few rows";
    return { folds: 0, notes: [`no cross-validation, because ${why}: the metrics are those of the training rows`] };
  }
  const notes: string[] = [];
  const offerToDrop = (fewest: number): string =>
    balance.filter(({ count }) => count >= fewest).length < 2 ? "" : `; --drop-rare ${fewest}  leaves such classes out`;
  if (single.length > 0) {
    const what = single.length === 1 ? `the class ${single[0]} has` : `the classes ${formatList(single)} have`;
    const row = single.length === 1 ? "it is" : "they are";
    notes.push(`${what} 1 row: ${row} learned in every fold and tested in none${offerToDrop(2)}`);
  }
  if (folds < DEFAULT_FOLDS) {
    const isClass = smallest !== undefined && folds === smallest.count;
    const why = isClass ? `the class "${smallest.label}" has ${folds} rows` : `there are ${folds} rows`;
    const way = isClass ? offerToDrop(DEFAULT_FOLDS) : "";
    notes.push(`${folds} folds instead of ${DEFAULT_FOLDS}: ${why}${way}`);
  }
  return { folds, notes };
}
