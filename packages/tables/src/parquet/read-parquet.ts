// Parquet files to tables, whole or in batches.
import { checkBatchRows, checkReadOptions, type ReadOptions } from "../options.ts";
import { carriedFields, carriedTexts, type TableBatch, type TypedTable } from "../typed/batch.ts";
import { openBytes } from "../typed/byte-source.ts";
import { chooseFields, namesOf, schemaOf } from "../typed/field.ts";
import { ParquetFile } from "./parquet-file.ts";

/**
 * A table from a Parquet file, given by its path or its bytes.
 *
 * Numbers of every width become number columns, texts and booleans categories, dates and timestamps dates in whole milliseconds,
 * decimals the nearest f64. Nulls and NaN are missing. All compressions but LZO are read. Row groups are read one after the other,
 * column by column.
 *
 * @throws DataError for a file that is empty, of another kind, cut off or damaged; for a list, struct, map or column of bytes, by
 * name; for an integer beyond 2^53 unless `types` promises "number" (then it is rounded) or "category".
 * @throws BackendError when the file cannot be read.
 *
 * @example
 * ```ts
 * const bytes = await writeParquet(tableFromColumns({ age: [31, NaN], plan: ["basic", "pro"] }));
 * const { table } = await readParquet(bytes, { columns: ["age"] });
 * table.column("age"); // { type: "number", values: Float64Array [31, NaN] }
 * ```
 */
export async function readParquet(file: string | Uint8Array, options: ReadOptions = {}): Promise<TypedTable> {
  checkReadOptions("readParquet", options);
  const source = await openBytes("readParquet", file, options.source);
  try {
    const parquet = await ParquetFile.open(source);
    const fields = chooseFields(source.name, parquet.fields, options);
    await parquet.prepare(fields);
    const table = await parquet.table(fields, 0, parquet.rows, options.missing);
    return { table, header: namesOf(parquet.fields), schema: schemaOf(fields) };
  } finally {
    await source.close();
  }
}

export interface StreamParquetOptions extends ReadOptions {
  /** Rows per table, at most: tables do not go across row groups. Default 65536. */
  batchRows?: number;
  /** Further columns whose cells are wanted as texts, in `carried`. */
  carry?: readonly string[];
}

/**
 * Tables from a Parquet file, one after the other, in file order. What is held is one batch and one column chunk.
 *
 * Cost: a row group that is longer than a batch and was written without a page index (pyarrow's default) is read once per batch,
 * though its pages are decoded once. Without rows in the file, one table without rows is given.
 *
 * @throws what `readParquet` throws.
 *
 * @example
 * ```ts
 * const bytes = await writeParquet(tableFromColumns({ age: [31, 45, 58] }));
 * for await (const { table, rows } of streamParquet(bytes, { batchRows: 2 })) {
 *   console.log(table.rows, rows[0]); // 2 0, then 1 2
 * }
 * ```
 */
export async function* streamParquet(
  file: string | Uint8Array,
  options: StreamParquetOptions = {},
): AsyncGenerator<TableBatch, void> {
  const { batchRows = 65_536, carry = [], ...reading } = options;
  checkReadOptions("streamParquet", reading);
  checkBatchRows("streamParquet", batchRows);
  const source = await openBytes("streamParquet", file, options.source);
  try {
    const parquet = await ParquetFile.open(source);
    const fields = chooseFields(source.name, parquet.fields, reading);
    const others = carriedFields(source.name, parquet.fields, carry);
    await parquet.prepare([...fields, ...others]);
    const shared = {
      header: namesOf(parquet.fields),
      schema: schemaOf(fields),
      rejects: [],
    };
    for (const [start, stop] of ranges(parquet.groupStarts(), batchRows)) {
      const table = await parquet.table(fields, start, stop, options.missing);
      const carried = carriedTexts(await parquet.table(others, start, stop), carry, table.rows);
      yield { ...shared, table, carried, rows: Int32Array.from({ length: stop - start }, (_, i) => start + i) };
    }
  } finally {
    await source.close();
  }
}

/** Batches inside of each row group, of nearly equal size. */
function ranges(starts: readonly number[], batchRows: number): readonly (readonly [start: number, stop: number])[] {
  const cuts = starts.slice(0, -1).flatMap((start, group) => {
    const rows = starts[group + 1]! - start;
    const parts = Math.ceil(rows / batchRows);
    return Array.from({ length: parts }, (_, i) => {
      return [start + Math.floor((i * rows) / parts), start + Math.floor(((i + 1) * rows) / parts)] as const;
    });
  });
  return cuts.length === 0 ? [[0, 0]] : cuts;
}
