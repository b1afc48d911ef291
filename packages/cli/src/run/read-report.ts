// The stored report of a run, from its folder.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RequestError } from "../failure.ts";
import { didYouMean } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import { parseReport, type ReportInput, StoredReportError } from "../report/index.ts";
import { quoteCommand } from "../terminal/quote-command.ts";

export const REPORT_FILE = "report.json";

/** @throws RequestError when the folder is no run, or its report.json is missing, damaged or of a newer version. */
export async function readReport(folder: string): Promise<ReportInput> {
  const file = join(folder, REPORT_FILE);
  const text = await readFile(file, "utf8").catch((error: unknown) => missing(folder, error));
  try {
    return parseReport(text);
  } catch (error) {
    if (!(error instanceof StoredReportError)) throw error;
    throw new RequestError([unreadable(file, error)]);
  }
}

const MESSAGES: Readonly<Record<StoredReportError["code"], string>> = {
  "invalid-json": "the stored report is damaged: it is no JSON",
  "not-a-report": "this is no stored report",
  "newer-version": "the report was written by a newer steepest",
  "invalid-report": "the stored report is not as train writes it",
};

function unreadable(file: string, { code, message }: StoredReportError): Problem {
  const fix = code === "newer-version" ? "update steepest" : "train again, or copy the run again from where it came";
  return { class: "DataError", code, message: MESSAGES[code], where: { file }, received: message, fix: [fix] };
}

async function missing(folder: string, error: unknown): Promise<never> {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
  const inside = await readdir(folder).catch(() => undefined);
  if (inside?.includes("metrics.json") === true) throw new RequestError([noReport(folder, inside)]);
  const names = await readdir(dirname(folder)).catch(() => []);
  const siblings = names.map((name) => join(dirname(folder), name));
  throw new RequestError([
    {
      class: "DataError",
      code: "no-run",
      message: inside === undefined ? `there is no run "${folder}"` : `the folder "${folder}" holds no run`,
      where: { file: folder },
      fix: [...didYouMean(folder, siblings), `steepest train … --out ${quoteCommand([folder])}  makes one`],
    },
  ]);
}

/** Interrupted trainings have no report, and those of the first version did not keep what it shows. */
function noReport(folder: string, inside: readonly string[]): Problem {
  const isFinished = inside.includes("model.json");
  return {
    class: "DataError",
    code: "no-report",
    message: isFinished
      ? `the run "${folder}" has no ${REPORT_FILE}, from which a report is made`
      : `the training of "${folder}" was interrupted before it had a report`,
    where: { file: join(folder, REPORT_FILE) },
    fix: ["train again: the command is in metrics.json"],
  };
}
