// A failure for people (standard error) and for programs (`--json`, standard output).

import type { Failure } from "../failure.ts";
import { formatCount } from "../format.ts";
import type { Problem, Where } from "../problem.ts";
import type { Style } from "./style.ts";

const SHOWN = 20;
const WIDTH = 100;

/** The text of a failure, without a newline at the end. */
export function renderFailure(command: string, failure: Failure, style: Style, debug = false): string {
  const [first] = failure.problems;
  const many = failure.problems.length > 1;
  const lines: string[] = [];
  if (many) lines.push(style("red", `${command}: ${failure.problems.length} problems`));
  for (const problem of failure.problems.slice(0, SHOWN)) {
    const headline = `${problem.message.replace(/\.$/, "")} ${style("dim", `(${problem.class} ${problem.code})`)}`;
    lines.push(many ? `- ${headline}` : `${style("red", `${command}:`)} ${headline}`);
    lines.push(...details(problem));
  }
  if (failure.problems.length > SHOWN) lines.push(`… and ${formatCount(failure.problems.length - SHOWN)} more`);
  if (debug && failure.stack !== undefined) lines.push("", failure.stack);
  else if (first?.code === "internal") lines.push("  the lines that lead here: run it again with --debug");
  return lines.join("\n");
}

/** The object that `--json` prints when a command fails. */
export function failureToJson(failure: Failure): unknown {
  const [first] = failure.problems;
  const all = failure.problems.length > 1 ? { problems: failure.problems } : {};
  return { error: { ...first, ...all } };
}

function details(problem: Problem): string[] {
  const lines: string[] = [];
  const place = problem.where === undefined ? "" : placeOf(problem.where);
  if (place !== "") lines.push(`  ${"file".padEnd(10)}${place}`);
  if (problem.excerpt !== undefined) lines.push(...problem.excerpt.split("\n").map((line) => `    ${line}`));
  lines.push(...comparison(problem));
  problem.fix.forEach((fix, i) => {
    lines.push(`  ${(i === 0 ? "fix" : "").padEnd(10)}${fix}`);
  });
  if (problem.more !== undefined) lines.push(...morePlaces(problem.more));
  return lines;
}

/** Received and expected beside each other, or below each other where that would be too wide. */
function comparison({ received, expected }: Problem): string[] {
  const left = received === undefined ? [] : [`received  ${received}`];
  const right = expected === undefined ? [] : [`expected  ${expected}`];
  const beside = [...left.map((text) => text.padEnd(right.length === 0 ? 0 : 29)), ...right].join(" ");
  const rows = beside.length <= WIDTH ? [beside] : [...left, ...right];
  return rows.filter((row) => row !== "").map((row) => `  ${row}`);
}

function morePlaces({ count, places }: NonNullable<Problem["more"]>): string[] {
  const lines = places.map(({ row, line, reason }) => `row ${formatCount(row)} (line ${formatCount(line)}): ${reason}`);
  if (count > places.length) lines.push(`… and ${formatCount(count - places.length)} more`);
  return lines.map((text, i) => `  ${(i === 0 ? "also" : "").padEnd(10)}${text}`);
}

function placeOf(where: Where): string {
  const row = where.row === undefined ? undefined : `row ${formatCount(where.row)}`;
  const line = where.line === undefined ? undefined : `line ${formatCount(where.line)}`;
  const position = row !== undefined && line !== undefined ? `${row} (${line})` : (row ?? line);
  return [where.file, position].filter((t) => t !== undefined).join(", ");
}
