// Rows that cannot be used: as a problem when the command stops, as rejects.csv when it goes on.
import { csvLine, type RejectedRow } from "@steepest/tables";
import type { Problem } from "../problem.ts";
import { quoteCommand } from "../terminal/quote-command.ts";

export const LISTED_REJECTS = 20;

export const REJECTS_HEADER: string = csvLine(["row", "line", "reason", "text"]);

/** Row number (from 1, without the header), line, reason, and the row as it stands in the file. */
export function rejectLine(reject: { row: number; line?: number; reason: string; text: string }): string {
  return csvLine([reject.row + 1, reject.line ?? null, reject.reason, reject.text]);
}

/** The first bad row in full and the next ones in a line each; nothing when all rows are good. `count` says how many there are. */
export function rejectProblem(
  rejects: readonly RejectedRow[],
  file: string,
  count: number = rejects.length,
): Problem | undefined {
  const [first, ...others] = rejects;
  if (first === undefined) return undefined;
  const { code, reason, row, line, column, received, expected } = first;
  return {
    class: "DataError",
    code,
    message: withoutValue(reason, received),
    where: { file, row: row + 1, line, ...(column === undefined ? {} : { column }) },
    received,
    expected,
    fix: fixesFor(first),
    ...(others.length === 0
      ? {}
      : {
          more: {
            count: count - 1,
            places: others
              .slice(0, LISTED_REJECTS - 1)
              .map((other) => ({ row: other.row + 1, line: other.line, reason: other.reason })),
          },
        }),
  };
}

/** The value has a place of its own in the message. */
function withoutValue(reason: string, received: string): string {
  return reason.endsWith(`: ${received}`) ? reason.slice(0, -received.length - 2) : reason;
}

function fixesFor({ code, column, received }: RejectedRow): string[] {
  const skip = "--on-bad-row skip  leaves such rows out and lists them in rejects.csv";
  if (column === undefined) return ["correct the file", skip];
  const value = received.replace(/^"|"$/g, "").trim();
  const asMissing = value.endsWith("…") ? [] : [`--missing ${quoteCommand([value])}  treats it as missing`];
  const asText =
    code === "not-finite" ? [] : [`--types ${quoteCommand([`${column}=category`])}  keeps the column as text`];
  return [...asMissing, ...asText, skip];
}
