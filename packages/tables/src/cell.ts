// What one cell means as a number or as a date. Spaces around it do not count.

/** Decimal, with sign and exponent: 12, -0.5, .5, 1e-3. Not: 0x10, 1,234, 1_000, ½. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** As `NUMBER` with a decimal comma; points may group the digits: 1033,86 and 1.033,86. */
const COMMA_NUMBER = /^[+-]?(?:(?:\d{1,3}(?:\.\d{3})+|\d+),?\d*|,\d+)(?:e[+-]?\d+)?$/i;
/** 02134 is a code rather than a number: as a number it would lose its zero. */
const LEADING_ZERO = /^[+-]?0\d/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;
/** ISO 8601: a day, or a day and a time; without an offset the time is UTC. */
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/;

/** What a cell looks like, for the inference of types. */
export type CellForm = "number" | "not-finite" | "code" | "date" | "text";

/** The sign before the decimals. */
export type Decimal = "." | ",";

export function formOf(cell: string, decimal: Decimal = "."): CellForm {
  const trimmed = cell.trim();
  if ((decimal === "." ? NUMBER : COMMA_NUMBER).test(trimmed)) return LEADING_ZERO.test(trimmed) ? "code" : "number";
  if (NOT_FINITE.test(trimmed)) return "not-finite";
  return parseDate(trimmed) === undefined ? "text" : "date";
}

/** The number, ±∞ when it is written so or too large for f64, NaN when it is written so, undefined for other text. */
export function parseNumber(cell: string, decimal: Decimal = "."): number | undefined {
  const trimmed = cell.trim();
  if (decimal === "." && NUMBER.test(trimmed)) return Number(trimmed);
  if (decimal === "," && COMMA_NUMBER.test(trimmed)) return Number(trimmed.replaceAll(".", "").replace(",", "."));
  if (!NOT_FINITE.test(trimmed)) return undefined;
  if (/nan/i.test(trimmed)) return NaN;
  return trimmed.startsWith("-") ? -Infinity : Infinity;
}

/** Milliseconds since 1970-01-01 UTC; undefined for other text and for days that do not exist. */
export function parseDate(cell: string): number | undefined {
  const match = DATE.exec(cell.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", , sign, offsetHour, offsetMinute] =
    match;
  const time = [Number(hour), Number(minute), Number(second)] as const;
  if (time[0] > 23 || time[1] > 59 || time[2] > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day)); // unlike Date.UTC, takes the years 0 to 99 as they are
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  date.setUTCHours(...time, Math.floor(Number(`0.${fraction || "0"}`) * 1000));
  if (sign === undefined) return date.getTime();
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return date.getTime() - (sign === "-" ? -offset : offset);
}

/** The text that `parseDate` reads back: a day where the time is midnight UTC. */
export function formatDate(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}

/** The texts that mean missing: the empty cell, and what the options add. */
export function missingTokens(more: readonly string[] = []): ReadonlySet<string> {
  return new Set(["", ...more.map((token) => token.trim())]);
}
