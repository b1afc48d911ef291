// NumPy's .npz archives and .npy arrays to tables. Unzipping is done by fflate, which is loaded here.
import { DataError, OptionError } from "steepest";
import { type Column, tableFromColumns, unknownColumns } from "steepest/data";
import { checkReadOptions, type ReadOptions } from "../options.ts";
import type { TypedTable } from "../typed/batch.ts";
import { allBytes } from "../typed/byte-source.ts";
import { ColumnFiller } from "../typed/column-filler.ts";
import { chooseFields, namesOf, schemaOf } from "../typed/field.ts";
import { corrupt, emptyFile, startsWith, wrongFormat } from "../typed/format-errors.ts";
import { type NpyColumn, npyColumns } from "./npy-array.ts";

export interface ReadNpzOptions extends ReadOptions {
  /** The arrays of an archive that make up the table. Default: all. */
  arrays?: readonly string[];
}

/**
 * A table from a NumPy archive (.npz) or a single array (.npy), given by its path or its bytes.
 *
 * An array "y" of n values is a column "y"; an array "X" of n × d values is the columns "X_0", "X_1", …; an array of records is one
 * column per field. The array of a .npy file is called "x". Texts and booleans are categories, datetime64 dates in whole
 * milliseconds; NaN, NaT and the empty text are missing.
 *
 * @throws DataError for a file that is empty, of another kind or damaged; for arrays of objects, complex numbers or more than two
 * axes, by name; for arrays of different length; for an integer beyond 2^53 unless `types` promises "number" or "category".
 * @throws BackendError when the file cannot be read.
 *
 * @example
 * ```ts
 * const bytes = await writeNpz(tableFromColumns({ age: [31, NaN], plan: ["basic", "pro"] }));
 * const { table } = await readNpz(bytes);
 * table.column("age"); // { type: "number", values: Float64Array [31, NaN] }
 * ```
 */
export async function readNpz(file: string | Uint8Array, options: ReadNpzOptions = {}): Promise<TypedTable> {
  checkReadOptions("readNpz", options, ["arrays"]);
  const source = options.source ?? (typeof file === "string" ? file : "readNpz");
  const bytes = await allBytes("readNpz", file);
  const columns = (await arraysOf(source, bytes, options.arrays)).flatMap(([name, array]) => {
    try {
      return npyColumns(name, array);
    } catch (cause) {
      throw corrupt(source, `array "${name}"`, cause);
    }
  });
  const fields = chooseFields(source, columns, options);
  const [first] = fields;
  const entries = fields.map((field): [string, Column] => {
    const column = columns[field.at]!;
    const expected = columns[first!.at]!;
    if (column.rows !== expected.rows) throw ragged(source, expected, column);
    const filler = new ColumnFiller(source, field, column.rows, options.missing);
    try {
      filler.fill(column.cells(), 0);
    } catch (cause) {
      throw corrupt(source, `column "${field.name}"`, cause);
    }
    return [field.name, filler.finish()];
  });
  return { table: tableFromColumns(entries), header: namesOf(columns), schema: schemaOf(fields) };
}

async function arraysOf(
  source: string,
  bytes: Uint8Array,
  wanted: readonly string[] | undefined,
): Promise<readonly (readonly [name: string, bytes: Uint8Array])[]> {
  const expected = "a NumPy file (.npz or .npy)";
  if (bytes.length === 0) throw emptyFile(source, expected);
  if (startsWith(bytes, "\x93NUMPY")) {
    if (wanted === undefined) return [["x", bytes]];
    throw new OptionError(`${source}: arrays is for .npz archives, and this is a single array.`, {
      code: "invalid-option",
      option: "arrays",
    });
  }
  if (!startsWith(bytes, "PK")) throw wrongFormat(source, bytes.subarray(0, 16), expected);
  const { unzipSync } = await import("fflate");
  const isArray = (file: string) => file.endsWith(".npy");
  const names: string[] = [];
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, {
      filter({ name }) {
        if (!isArray(name)) return false;
        names.push(name.slice(0, -4));
        return wanted === undefined || wanted.includes(name.slice(0, -4));
      },
    });
  } catch (cause) {
    throw corrupt(source, "the zip archive", cause);
  }
  const unknown = (wanted ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw unknownColumns(`${source}: arrays`, unknown, names);
  if (names.length === 0) {
    throw new DataError(`${source}: the zip archive holds no .npy array. Expected ${expected}.`, {
      code: "wrong-format",
      received: "a zip archive without arrays",
      expected,
    });
  }
  return (wanted ?? names).map((name) => [name, members[`${name}.npy`]!] as const);
}

function ragged(source: string, first: NpyColumn, column: NpyColumn): DataError {
  return new DataError(
    `${source}: "${column.name}" has ${column.rows} rows, but "${first.name}" has ${first.rows}. A table needs one length: name the arrays that belong together, such as arrays: ["X_train", "y_train"].`,
    {
      code: "ragged-columns",
      column: column.name,
      received: `${column.rows} rows`,
      expected: `${first.rows} rows`,
      fix: ["arrays: [those that belong together]"],
    },
  );
}
