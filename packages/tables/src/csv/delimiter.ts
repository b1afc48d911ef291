// Which character separates the fields: read off the header line.
import { LONGEST_RECORD, RecordScanner } from "./scanner.ts";

export type Delimiter = "," | ";" | "\t";

/** In order of preference. */
export const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

/**
 * The candidate that gives the header the most fields; comma when none occurs. Candidates that leave a quote in the middle of
 * a field come last. Undefined while the header may go on in text that has not come yet.
 */
export function detectDelimiter(head: string, final: boolean): Delimiter | undefined {
  let best: { delimiter: Delimiter; fields: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const scanner = new RecordScanner(delimiter);
    const [header] = [...scanner.push(head), ...(final ? scanner.end() : [])];
    if (header === undefined) {
      if (!final && head.length < LONGEST_RECORD) return undefined;
      continue;
    }
    const clean = header.problem === undefined && !header.strayQuote;
    const fields = clean ? header.fields : 0;
    if (best === undefined || fields > best.fields) best = { delimiter, fields };
  }
  return best?.delimiter ?? ",";
}
