import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDate, formOf, parseDate, parseNumber } from "./cell.ts";

describe("parseNumber", () => {
  it.each([
    ["12", 12],
    [" -0.5 ", -0.5],
    ["+3", 3],
    [".5", 0.5],
    ["5.", 5],
    ["1e-3", 1e-3],
    ["2E+8", 2e8],
    ["007", 7],
    ["-0", -0],
    ["NaN", NaN],
    ["-inf", -Infinity],
    ["1e999", Infinity],
  ])("reads %j as %d", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    "",
    " ",
    "0x10",
    "1,234",
    "1_000",
    "1 000",
    "½",
    "−5",
    "1e",
    "e5",
    ".",
    "--1",
    "12px",
    "1.2.3",
    "true",
    "0b1",
  ])("does not read %j", (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it("reads back every double that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => Object.is(parseNumber(Object.is(x, -0) ? "-0" : String(x)), x)),
    );
  });
});

describe("parseDate", () => {
  it.each([
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["0050-01-01", "0050-01-01T00:00:00.000Z"],
    ["2024-01-01T12:30", "2024-01-01T12:30:00.000Z"],
    ["2024-01-01 12:30:15.25", "2024-01-01T12:30:15.250Z"],
    ["2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00.000Z"],
    ["2024-01-01T00:30:00-0130", "2024-01-01T02:00:00.000Z"],
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z"],
  ])("reads %s as %s", (text, iso) => {
    expect(new Date(parseDate(text)!).toISOString()).toBe(iso);
  });

  it.each(["2023-02-29", "2024-13-01", "2024-1-1", "01/02/2024", "2024-01-01T24:00", "2024", "20240101", ""])(
    "does not read %j",
    (text) => {
      expect(parseDate(text)).toBeUndefined();
    },
  );

  it("reads back what formatDate writes", () => {
    const milliseconds = fc.integer({ min: Date.parse("0000-01-01"), max: Date.parse("9999-12-31") });
    fc.assert(fc.property(milliseconds, (ms) => parseDate(formatDate(ms)) === ms));
    expect(formatDate(0)).toBe("1970-01-01");
  });
});

describe("formOf", () => {
  it("tells numbers, codes with leading zeros, dates, non-finite words and text apart", () => {
    const cells = ["1.5", "0.5", "0", "02134", "2024-01-01", "nan", "Infinity", "n/a"];
    expect(cells.map((cell) => formOf(cell))).toEqual([
      "number",
      "number",
      "number",
      "code",
      "date",
      "not-finite",
      "not-finite",
      "text",
    ]);
  });
});
