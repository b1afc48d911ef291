// What a table makes the plan decide without being asked: each note says what, and how to have it otherwise.
import type { Column, Table } from "steepest/data";
import { formatCount } from "../format.ts";
import type { TrainRequest } from "./request.ts";

/** As the encoder has it. */
const MAX_CATEGORIES = 20;

/** Whether no row has a value. */
export function isEmpty(column: Column): boolean {
  return column.type === "category"
    ? column.codes.every((code) => code < 0)
    : column.values.every((x) => Number.isNaN(x));
}

/** Columns to learn from without any value. */
export function emptyNotes(table: Table, names: readonly string[]): string[] {
  return names
    .filter((name) => isEmpty(table.column(name)))
    .map((name) => `${columnText(name, table)} has no value in any row: it is left out`);
}

/** Columns whose rare categories share one column of X. */
export function categoryNotes({ maxCategories }: TrainRequest, table: Table, names: readonly string[]): string[] {
  const most = maxCategories ?? MAX_CATEGORIES;
  return names.flatMap((name) => {
    const column = table.column(name);
    const count = column.type === "category" ? new Set(column.codes.filter((code) => code >= 0)).size : 0;
    if (count <= most) return [];
    const kept =
      most === 1 ? "the most frequent one keeps a column" : `the ${formatCount(most)} most frequent keep a column each`;
    return [
      `${columnText(name, table)} has ${formatCount(count)} categories: ${kept}, all others share one; --max-categories ${count}  keeps them all`,
    ];
  });
}

/** column "age", or column 3, where a comma at the end of every line makes a column without a name. */
function columnText(name: string, table: Table): string {
  return name.trim() === "" ? `column ${table.names.indexOf(name) + 1} (without a name)` : `column "${name}"`;
}
