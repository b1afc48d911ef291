// Scores on standard output, batch by batch: CSV, or one JSON document that is never held as a whole.
import { csvLine } from "@steepest/tables";
import type { Predicted } from "../model/predictor.ts";
import { writeText } from "../terminal/streams.ts";

export interface ScoredBatch {
  readonly predicted: Predicted;
  /** Number of each row in the file, from 0. */
  readonly rows: Int32Array;
  /** Cells of the columns to carry over. */
  readonly carried: readonly (readonly string[])[];
}

export interface ScoreWriter {
  /** Comes by itself with the first batch; alone when there is no row. */
  begin(): Promise<void>;
  write(batch: ScoredBatch): Promise<void>;
  end(summary: { readonly scored: number; readonly rejected: number }): Promise<void>;
  /** Takes away what was written into a file that is not complete. */
  discard(): Promise<void>;
}

export interface ScoreOptions {
  readonly columns: readonly string[];
  readonly proba: boolean;
  readonly classes: readonly string[];
}

/** row, carried columns, prediction, p_<class> …; to standard output, or wherever `write` puts it. */
export function csvScores(options: ScoreOptions, write: (text: string) => Promise<void> = writeText): ScoreWriter {
  let begun = false;
  const begin = async (): Promise<void> => {
    if (!begun) await write(csvLine(namesOf(options)));
    begun = true;
  };
  return {
    begin,
    write: async (batch) => {
      await begin();
      await write([...cellsOf(batch, options)].map((cells) => csvLine(cells)).join(""));
    },
    end: begin,
    discard: async () => {},
  };
}

/** { "predictions": [{ "row": 1, "prediction": … }, …], "scored": 569, "rejected": 0 } */
export function jsonScores(options: ScoreOptions): ScoreWriter {
  const names = namesOf(options);
  let rows = 0;
  let begun = false;
  const begin = async (): Promise<void> => {
    if (!begun) await writeText('{"predictions":[');
    begun = true;
  };
  return {
    begin,
    write: async (batch) => {
      await begin();
      const lines = [...cellsOf(batch, options)].map((cells) => {
        const entry = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i]])));
        return `${rows++ === 0 ? "" : ","}\n${entry}`;
      });
      await writeText(lines.join(""));
    },
    end: async (summary) => {
      await begin();
      await writeText(`\n],"scored":${summary.scored},"rejected":${summary.rejected}}\n`);
    },
    discard: async () => {},
  };
}

export function namesOf({ columns, proba, classes }: ScoreOptions): string[] {
  return ["row", ...columns, "prediction", ...(proba ? classes.map((label) => `p_${label}`) : [])];
}

export function* cellsOf(
  { predicted, rows, carried }: ScoredBatch,
  { proba }: ScoreOptions,
): Generator<(string | number)[]> {
  const flat = proba && predicted.task === "classification" ? predicted.probabilities.toArray() : [];
  const width = predicted.task === "classification" ? predicted.classes.length : 0;
  for (let i = 0; i < rows.length; i++) {
    const prediction = predicted.task === "classification" ? predicted.labels[i]! : predicted.values[i]!;
    yield [rows[i]! + 1, ...carried[i]!, prediction, ...flat.slice(i * width, (i + 1) * width)];
  }
}
