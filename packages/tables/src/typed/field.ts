// The columns of a file whose cells have types already (Parquet, Arrow, NumPy, SQL), and which of them become what.
import { DataError } from "steepest";
import { type ColumnType, unknownColumns } from "steepest/data";
import type { ReadOptions } from "../options.ts";
import type { ColumnSpec } from "../schema.ts";

/** What the cells of a field are, whatever the format calls it. */
export type CellKind = "number" | "text" | "boolean" | "date";

/** One column of a file. */
export interface Field {
  readonly name: string;
  /** Undefined when a table has no place for it: lists, structs, bytes, times of day. */
  readonly kind: CellKind | undefined;
  /** What the format calls it, for messages: "a list", "timestamp". */
  readonly stored: string;
}

/** A field that is read. */
export interface ChosenField {
  readonly name: string;
  /** Position in the file. */
  readonly at: number;
  readonly kind: CellKind;
  readonly type: ColumnType;
  /** Whether the type was asked for, so that a conversion may round. */
  readonly promised: boolean;
}

/** What each kind becomes unless a type is promised; and what else it may become. */
const BECOMES: Record<CellKind, readonly [ColumnType, ...ColumnType[]]> = {
  number: ["number", "category"],
  text: ["category", "number", "date"],
  boolean: ["category", "number"],
  date: ["date", "category"],
};

/**
 * The fields to read, in the order of the table.
 * @throws DataError for names that the file does not have or has twice, for fields that no column can hold, and for types that do
 * not fit.
 */
export function chooseFields(source: string, fields: readonly Field[], options: ReadOptions): readonly ChosenField[] {
  const names = fields.map(({ name }) => name);
  const positions = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    if (positions.has(name)) throw twice(source, name);
    positions.set(name, at);
  }
  const isAbsent = (name: string) => !positions.has(name);
  const { columns = names, types = {}, schema } = options;
  const needed = (schema ?? []).map(({ name }) => name).filter(isAbsent);
  if (needed.length > 0) throw unknownColumns(source, needed, names, "missing-column");
  const unknown = columns.filter(isAbsent);
  if (unknown.length > 0) throw unknownColumns(`${source}: columns`, unknown, names);
  const untyped = Object.keys(types).filter(isAbsent);
  if (untyped.length > 0) throw unknownColumns(`${source}: types`, untyped, names);
  const promised = new Map(schema?.map(({ name, type }) => [name, type]) ?? Object.entries(types));
  return (schema?.map(({ name }) => name) ?? columns).map((name) => {
    const at = positions.get(name)!;
    const field = fields[at]!;
    if (field.kind === undefined) throw unsupported(source, field, fields);
    const type = promised.get(name) ?? BECOMES[field.kind][0];
    if (!BECOMES[field.kind].includes(type)) throw mismatch(source, field, field.kind, type);
    return { name, at, kind: field.kind, type, promised: promised.has(name) };
  });
}

/** The names of the columns of a file, in its order. */
export function namesOf(fields: readonly Field[]): readonly string[] {
  return fields.map(({ name }) => name);
}

export function schemaOf(fields: readonly ChosenField[]): readonly ColumnSpec[] {
  return fields.map(({ name, type }) => ({ name, type }));
}

function twice(source: string, name: string): DataError {
  return new DataError(
    `${source}: two columns are called "${name}". Columns are found by name: rename one of them in the file.`,
    { code: "duplicate-column", column: name, received: `"${name}" twice`, expected: "names that all differ" },
  );
}

function unsupported(source: string, { name, stored }: Field, fields: readonly Field[]): DataError {
  const usable = fields.filter(({ kind }) => kind !== undefined).map((field) => JSON.stringify(field.name));
  const shown = usable.length > 6 ? [...usable.slice(0, 6), "…"] : usable;
  const fix = `columns: [${shown.join(", ")}] reads the columns that you need without it`;
  return new DataError(
    `${source}: column "${name}" is ${stored}, and a table holds numbers, dates and categories. ${fix}.`,
    {
      code: "unsupported-type",
      column: name,
      received: stored,
      expected: "numbers, texts, booleans or dates",
      fix: [fix],
    },
  );
}

function mismatch(source: string, { name, stored }: Field, kind: CellKind, type: ColumnType): DataError {
  const possible = BECOMES[kind].map((fit) => `"${fit}"`).join(" or ");
  return new DataError(
    `${source}: column "${name}" is ${stored} and cannot be read as "${type}". It can be ${possible}.`,
    {
      code: "type-mismatch",
      column: name,
      received: stored,
      expected: `what "${type}" can hold`,
      fix: BECOMES[kind].map((fit) => `types: { ${JSON.stringify(name)}: "${fit}" }`),
    },
  );
}
