import { describe, expect, it } from "vitest";
import {
  DataError,
  didYouMean,
  formatNumber,
  InternalError,
  nearestNames,
  OptionChecker,
  OptionError,
  ShapeError,
  SteepestError,
} from "./index.ts";

describe("errors", () => {
  it("carry class, stable code and fields", () => {
    const error = new DataError("x: row 3 is empty.", { code: "empty-row", row: 3, column: "age", fix: ["drop it"] });
    expect(error).toBeInstanceOf(SteepestError);
    expect(error).toMatchObject({ name: "DataError", code: "empty-row", row: 3, column: "age", fix: ["drop it"] });
    expect(new ShapeError("m", { code: "c", operation: "matmul" })).toMatchObject({ name: "ShapeError", shapes: [] });
    const cause = new Error("disk");
    expect(new DataError("m", { code: "c", cause }).cause).toBe(cause);
    expect(new InternalError("Lost a node.").message).toContain("please report it");
  });
});

describe("names and numbers in messages", () => {
  it("offers near names, best first", () => {
    expect(nearestNames("maen_area", ["mean_area", "worst_area", "label"])).toEqual(["mean_area"]);
    expect(nearestNames("area", ["mean_area", "label"])).toEqual(["mean_area"]);
    expect(didYouMean("teh", ["the", "then"])).toBe(' Did you mean "the"?');
    expect(didYouMean("xyz", ["age"])).toBe("");
  });
  it("prints three significant digits", () => {
    expect([1 / 3, 12345.678, 7, -3.2e-9, Number.NaN].map(formatNumber)).toEqual([
      "0.333",
      "12300",
      "7",
      "-3.2e-9",
      "NaN",
    ]);
  });
});

describe("OptionChecker", () => {
  const check = (options: object): void =>
    new OptionChecker("svc", options, ["C", "kernel", "shrinking", "steps"])
      .required("C")
      .number("C", 0, Infinity, true)
      .oneOf("kernel", ["rbf", "linear"])
      .boolean("shrinking")
      .integer("steps", 1, 10)
      .done();
  it("passes what is right", () => {
    expect(() => check({ C: 1, kernel: "rbf", shrinking: true, steps: 10 })).not.toThrow();
  });
  it("reports every problem at once", () => {
    let caught: unknown;
    try {
      check({ C: -1, kernal: "rbf", kernel: "poly", shrinking: 1, steps: 1.5 });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OptionError);
    expect((caught as OptionError).option).toBe("kernal");
    expect((caught as OptionError).message).toBe(
      'svc: unknown option "kernal". Did you mean "kernel"? C must be positive, got -1. kernel must be one of "rbf", "linear", got "poly". shrinking must be true or false, got 1. steps must be an integer, got 1.5.',
    );
  });
  it("names what is missing or out of range", () => {
    expect(() => check({})).toThrow("svc: C is required.");
    expect(() => check({ C: Number.NaN })).toThrow("C must be a finite number, got NaN");
    expect(() => check({ C: 1, steps: 11 })).toThrow("steps must be from 1 to 10, got 11");
  });
});
