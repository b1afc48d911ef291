// Scores into a file: CSV, Parquet or Arrow, by its name. It appears when it is complete.
import { fileFormat, parquetBytes, writeArrow } from "@steepest/tables";
import { type ColumnInput, type Table, tableFromColumns } from "steepest/data";
import { RequestError } from "../failure.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { createPendingFile, type PendingFile } from "../run/atomic-write.ts";
import { Handoff } from "./handoff.ts";
import { cellsOf, csvScores, namesOf, type ScoredBatch, type ScoreOptions, type ScoreWriter } from "./score-writer.ts";

/** Rows that are collected for a row group of Parquet. */
const GROUP_ROWS = 16_384;

/** What cannot be written under this name. */
export function scoreFileProblems(path: string, { columns }: Pick<ScoreOptions, "columns">): Problem[] {
  const format = fileFormat(path);
  if (format === undefined || format === "numpy") {
    return [optionProblem("unknown-format", `--out: the name of "${path}" must end with .csv, .parquet or .arrow`)];
  }
  const own = ["row", "prediction"];
  return columns
    .filter((name) => format !== "csv" && own.includes(name))
    .map((name) =>
      optionProblem("duplicate-column", `--columns: the scores have a column "${name}" of their own`, ["leave it out"]),
    );
}

/** @throws RequestError as `scoreFileProblems`; an error of the file system when the file cannot be made. */
export async function fileScores(path: string, options: ScoreOptions): Promise<ScoreWriter> {
  const problems = scoreFileProblems(path, options);
  if (problems.length > 0) throw new RequestError(problems);
  const file = await createPendingFile(path);
  const format = fileFormat(path);
  if (format === "parquet") return parquetScores(file, options);
  if (format === "arrow") return arrowScores(file, options);
  const writer = csvScores(options, (text) => file.write(text));
  return {
    ...writer,
    end: async (summary) => {
      await writer.end(summary);
      await file.publish();
    },
    discard: () => file.discard(),
  };
}

/** In constant memory, one row group after the other. */
function parquetScores(file: PendingFile, options: ScoreOptions): ScoreWriter {
  const groups = new Handoff<Table>();
  const collected = new ScoreTable(options);
  let given = 0;
  const written = (async () => {
    for await (const bytes of parquetBytes(groups)) await file.write(bytes);
  })();
  written.catch(() => {}); // whoever gives the next group hears of it
  const give = async (): Promise<void> => {
    given++;
    await Promise.race([groups.put(collected.take()), written]);
  };
  return {
    begin: async () => {},
    write: async (batch) => {
      collected.add(batch);
      if (collected.rows >= GROUP_ROWS) await give();
    },
    end: async () => {
      if (given === 0 || collected.rows > 0) await give();
      groups.close();
      await written;
      await file.publish();
    },
    discard: async () => {
      groups.close();
      await written.catch(() => {});
      await file.discard();
    },
  };
}

/** Arrow files are one table: all scores are held until the end. */
function arrowScores(file: PendingFile, options: ScoreOptions): ScoreWriter {
  const collected = new ScoreTable(options);
  return {
    begin: async () => {},
    write: async (batch) => collected.add(batch),
    end: async () => {
      await file.write(
        await writeArrow(collected.take(), { format: file.path.endsWith(".arrows") ? "stream" : "file" }),
      );
      await file.publish();
    },
    discard: () => file.discard(),
  };
}

/** Collects scores by columns: numbers, and texts by their place in a list. */
class ScoreTable {
  readonly #options: ScoreOptions;
  readonly #names: readonly string[];
  #cells: (string | number)[][];
  #isText: boolean[];
  rows = 0;

  constructor(options: ScoreOptions) {
    this.#options = options;
    this.#names = namesOf(options);
    this.#cells = this.#names.map(() => []);
    const { columns, classes } = options;
    // the row, then texts that are carried over, the prediction, probabilities
    this.#isText = this.#names.map(
      (_, i) => (i > 0 && i <= columns.length) || (i === columns.length + 1 && classes.length > 0),
    );
  }

  add(batch: ScoredBatch): void {
    for (const cells of cellsOf(batch, this.#options)) {
      for (let i = 0; i < cells.length; i++) this.#cells[i]!.push(cells[i]!);
      this.rows++;
    }
  }

  take(): Table {
    const columns = this.#names.map((name, i): [string, ColumnInput] => [
      name,
      this.#isText[i] ? categories(this.#cells[i]!) : Float64Array.from(this.#cells[i]!, Number),
    ]);
    this.#cells = this.#names.map(() => []);
    this.rows = 0;
    return tableFromColumns(columns);
  }
}

/** An empty text is a missing value, as in CSV. */
function categories(texts: readonly (string | number)[]): ColumnInput {
  const codes = new Map<string, number>();
  const of = Int32Array.from(texts, (text) => {
    if (text === "") return -1;
    const code = codes.get(String(text)) ?? codes.size;
    codes.set(String(text), code);
    return code;
  });
  return { type: "category", codes: of, categories: [...codes.keys()] };
}
