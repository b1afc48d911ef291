// Names and types of columns: given, or inferred from the cells.
import { type ColumnType, unknownColumns } from "steepest/data";
import { type CellForm, type Decimal, formOf } from "./cell.ts";

/** One column to read. The `inputs` of a fitted encoder are such a list. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
}

export interface SchemaOptions {
  /** Only these columns, in this order. */
  columns?: readonly string[];
  /** Types that are promised for some columns; the others are inferred. */
  types?: Readonly<Record<string, ColumnType>>;
  /** Exactly these columns are read, in this order, and nothing is inferred; others in the file are left aside. */
  schema?: readonly ColumnSpec[];
}

/** Counts how the cells of each column look. */
export class TypeVotes {
  readonly #missing: ReadonlySet<string>;
  readonly #decimal: Decimal;
  readonly #votes: Record<CellForm, number>[];

  constructor(columns: number, missing: ReadonlySet<string>, decimal: Decimal = ".") {
    this.#missing = missing;
    this.#decimal = decimal;
    this.#votes = Array.from({ length: columns }, () => ({ number: 0, "not-finite": 0, code: 0, date: 0, text: 0 }));
  }

  add(rows: readonly (readonly string[])[]): void {
    for (const row of rows) {
      for (let i = 0; i < row.length; i++) {
        const cell = row[i]!;
        if (!this.#missing.has(cell.trim())) this.#votes[i]![formOf(cell, this.#decimal)]++;
      }
    }
  }

  /**
   * A column that is mostly numbers is a number column, and one that is mostly dates a date column: what does not fit is then an
   * error, never a silent category. A leading zero, as in 02134, makes a column of codes, hence a category.
   * A column without any cell counts as numbers, all missing.
   */
  typeOf(column: number): ColumnType {
    const { number, code, date, text, "not-finite": notFinite } = this.#votes[column]!;
    const present = number + code + date + text + notFinite;
    if (present === 0) return "number";
    if (code > 0) return "category";
    if (2 * (number + notFinite) > present) return "number";
    return 2 * date > present ? "date" : "category";
  }
}

/** Whether the cells have to be looked at before the types are known. */
export function needsVotes(header: readonly string[], { types = {}, schema }: SchemaOptions): boolean {
  return schema === undefined && header.some((name) => !Object.hasOwn(types, name));
}

/**
 * The columns to read, and where each stands in a row.
 * @throws DataError for columns of `types` or `schema` that the header does not have, all at once.
 */
export function planColumns(
  source: string,
  header: readonly string[],
  options: SchemaOptions,
  votes: TypeVotes | undefined,
): readonly PlannedColumn[] {
  const { columns = header, types = {}, schema } = options;
  const positions = new Map(header.map((name, at) => [name, at]));
  const isAbsent = (name: string) => !positions.has(name);
  const missing = (schema ?? []).map(({ name }) => name).filter(isAbsent);
  if (missing.length > 0) throw unknownColumns(source, missing, header, "missing-column");
  const unasked = columns.filter(isAbsent);
  if (unasked.length > 0) throw unknownColumns(`${source}: columns`, unasked, header);
  const unknown = Object.keys(types).filter(isAbsent);
  if (unknown.length > 0) throw unknownColumns(`${source}: types`, unknown, header);
  if (schema !== undefined) return schema.map(({ name, type }) => ({ name, type, at: positions.get(name)! }));
  return columns.map((name) => {
    const at = positions.get(name)!;
    return { name, type: Object.hasOwn(types, name) ? types[name]! : (votes?.typeOf(at) ?? "category"), at };
  });
}

export interface PlannedColumn extends ColumnSpec {
  /** Position in a row. */
  readonly at: number;
}
