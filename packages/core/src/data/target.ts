// The target column: labels of classes, or numbers.
import { DataError } from "../errors/index.ts";
import { numberAt } from "./feature.ts";
import { type Column, type ColumnType, isMissing, type Table, unknownColumns } from "./table.ts";

export type Task = "regression" | "classification";

/** What a fitted encoder keeps of the target; plain JSON. */
export interface Target {
  readonly name: string;
  readonly type: ColumnType;
  readonly task: Task;
  /** Classification: every label of the training rows, numbers by value, texts by code units. */
  readonly classes?: readonly string[];
}

/** Text means classification, numbers mean regression, unless `task` says otherwise. */
export function fitTarget(table: Table, name: string, task: Task | undefined): Target {
  if (!table.names.includes(name)) throw unknownColumns("fitEncoder", [name], table.names);
  const column = table.column(name);
  if (column.type === "date") {
    throw new DataError(`fitEncoder: the target "${name}" is a date. Learners need numbers or classes as a target.`, {
      code: "target-type",
      column: name,
      received: "dates",
      expected: "numbers or texts",
    });
  }
  if ((task ?? (column.type === "category" ? "classification" : "regression")) === "regression") {
    numbersOf(name, column); // early: a text or a hole in the target is found before anything is computed
    return { name, type: column.type, task: "regression" };
  }
  const classes = [...new Set(textsOf(name, column))];
  if (column.type === "category") classes.sort();
  else classes.sort((a, b) => Number(a) - Number(b));
  return { name, type: column.type, task: "classification", classes };
}

/** Labels of every row. @throws DataError for a missing label, or one that training did not have. */
export function labelsOf(target: Target, table: Table): string[] {
  const { name, classes } = target;
  if (classes === undefined) {
    throw wrongTask(`labels: the target "${name}" holds numbers (regression), not classes. Use values(table).`, name);
  }
  const labels = textsOf(name, targetColumn(target, table, "labels"));
  const known = new Set(classes);
  const row = labels.findIndex((label) => !known.has(label));
  if (row >= 0) {
    const list = classes.map((c) => `"${c}"`).join(", ");
    throw new DataError(
      `labels: row ${row} of the target "${name}" is "${labels[row]}", a class that training did not have (${list}). ` +
        "Train again with rows of this class, or leave these rows out.",
      { code: "unknown-class", column: name, row, received: `"${labels[row]}"`, expected: `one of ${list}` },
    );
  }
  return labels;
}

/** Numbers of every row. @throws DataError for text, a missing value, or ∞. */
export function valuesOf(target: Target, table: Table): Float64Array {
  if (target.task === "classification") {
    const text = `values: the target "${target.name}" holds classes, not numbers. Use labels(table).`;
    throw wrongTask(text, target.name);
  }
  return numbersOf(target.name, targetColumn(target, table, "values"));
}

function targetColumn(target: Target, table: Table, operation: string): Column {
  if (!table.names.includes(target.name)) throw unknownColumns(operation, [target.name], table.names);
  return table.column(target.name);
}

function wrongTask(message: string, column: string): DataError {
  return new DataError(message, { code: "wrong-task", column });
}

function textsOf(name: string, column: Column): string[] {
  checkPresent(name, column);
  return column.type === "category"
    ? Array.from(column.codes, (code) => column.categories[code]!)
    : Array.from(column.values, (_, row) => String(numberAt(name, column.values, row)));
}

function numbersOf(name: string, column: Column): Float64Array {
  checkPresent(name, column);
  if (column.type !== "number") {
    const received = column.type === "category" ? `"${column.categories[column.codes[0] ?? 0] ?? ""}"` : "a date";
    throw new DataError(
      `encoder: the target "${name}" holds text (${received}), but regression needs numbers. Use a classifier, or correct the column.`,
      {
        code: "column-not-numeric",
        column: name,
        row: 0,
        received,
        expected: "numbers",
        fix: ['task: "classification"'],
      },
    );
  }
  return column.values.map((_, row) => numberAt(name, column.values, row));
}

function checkPresent(name: string, column: Column): void {
  const length = column.type === "category" ? column.codes.length : column.values.length;
  let first = -1;
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (!isMissing(column, row)) continue;
    if (first < 0) first = row;
    count++;
  }
  if (count === 0) return;
  throw new DataError(
    `encoder: the target "${name}" is missing in ${count} of ${length} rows, first in row ${first}. A row without target teaches nothing: leave these rows out.`,
    { code: "target-missing", column: name, row: first, received: "a missing value", fix: ["leave these rows out"] },
  );
}
