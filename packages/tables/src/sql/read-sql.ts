// SQL queries to tables, by DuckDB where it is installed: for joins, filters, and files larger than memory.
import { BackendError, DataError } from "steepest";
import { type Column, tableFromColumns } from "steepest/data";
import { checkReadOptions, type ReadOptions } from "../options.ts";
import type { TypedTable } from "../typed/batch.ts";
import { ColumnFiller } from "../typed/column-filler.ts";
import { chooseFields, namesOf, schemaOf } from "../typed/field.ts";
import { cellsOf, type DuckDBConnection, type DuckDBModule, kindOf } from "./duckdb.ts";

const PACKAGE = "@duckdb/node-api";
const VERSION = "1.5.6-r.1";

export interface ReadSqlOptions extends ReadOptions {
  /** The file of a database. Default: none, in memory; files are queried by their names: `from 'data/*.parquet'`. */
  database?: string;
  /** How to load the engine. Default: `import("@duckdb/node-api")`. */
  load?: () => Promise<unknown>;
}

/**
 * The result of a SQL query, run by DuckDB in this process.
 *
 * DuckDB is an optional package: `npm install @duckdb/node-api@1.5.6-r.1` (70 MB). Types become what they become in `readParquet`;
 * enums and UUIDs are categories. Its extensions for other databases and for the network are downloaded at run time: without a
 * network only what is built in works, which is CSV, Parquet and its own format.
 *
 * @throws BackendError when the package is not installed, or the database cannot be opened.
 * @throws DataError for a query that fails, with what DuckDB says; and for columns as in `readParquet`.
 *
 * @example
 * ```ts no-run
 * const { table } = await readSql("select age, plan from 'customers/*.parquet' where age >= 18");
 * ```
 */
export async function readSql(query: string, options: ReadSqlOptions = {}): Promise<TypedTable> {
  checkReadOptions("readSql", options, ["database", "load"]);
  const { database, load, source = "readSql", missing } = options;
  const { DuckDBInstance } = await loadEngine(load);
  const instance = await DuckDBInstance.create(database).catch((cause: unknown) => {
    throw new BackendError(`readSql: cannot open the database "${database ?? ":memory:"}": ${messageOf(cause)}.`, {
      code: "database-not-readable",
      backend: "duckdb",
      cause,
    });
  });
  try {
    const connection = await instance.connect();
    try {
      return await run(connection, query, source, options, missing);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function run(
  connection: DuckDBConnection,
  query: string,
  source: string,
  options: ReadOptions,
  missing: readonly string[] | undefined,
): Promise<TypedTable> {
  const failed = (cause: unknown): never => {
    const why = messageOf(cause);
    throw new DataError(`${source}: the query fails: ${why}`, { code: "query-failed", received: why, cause });
  };
  const result = await connection.stream(query).catch(failed);
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, at) => {
    return { name, kind: kindOf(types[at]!.typeId), stored: types[at]!.toString() };
  });
  const fields = chooseFields(source, columns, options);
  const fillers = fields.map((field) => new ColumnFiller(source, field, 0, missing));
  let row = 0;
  for (;;) {
    const chunk = await result.fetchChunk().catch(failed);
    if (chunk === null || chunk.rowCount === 0) break;
    fields.forEach(({ at }, i) => {
      fillers[i]!.fill(cellsOf(types[at]!.typeId, chunk.getColumnValues(at)), row);
    });
    row += chunk.rowCount;
  }
  const entries = fields.map(({ name }, i): [string, Column] => [name, fillers[i]!.finish()]);
  return { table: tableFromColumns(entries), header: namesOf(columns), schema: schemaOf(fields) };
}

async function loadEngine(load: ReadSqlOptions["load"]): Promise<DuckDBModule> {
  const name: string = PACKAGE; // a variable, so that no bundler and no compiler looks for the package
  try {
    return (await (load === undefined ? import(name) : load())) as DuckDBModule;
  } catch (cause) {
    throw new BackendError(
      `readSql: SQL is run by DuckDB, and the package ${PACKAGE} cannot be loaded: ${messageOf(cause)}. Install it: npm install ${PACKAGE}@${VERSION}. Parquet, CSV, Arrow and NumPy files need no such package: readTable.`,
      { code: "engine-missing", backend: "duckdb", cause },
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
}
