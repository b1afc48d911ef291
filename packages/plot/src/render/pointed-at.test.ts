import { expect, it } from "vitest";
import { coordinatesText, tooltipText } from "./pointed-at.ts";

it("points have coordinates, other marks and symbols of legends have none", () => {
  expect(coordinatesText("symbol", { x: 0.123456, y: -2, series: 0 })).toBe("(0.1235, −2)");
  expect(coordinatesText("rect", { x: 1, y: 2 })).toBe("");
  expect(coordinatesText("symbol", { index: 0, label: "sgd" })).toBe("");
  expect(coordinatesText("symbol", { x: "a", y: 2 })).toBe("");
  expect(coordinatesText(undefined, undefined)).toBe("");
});

it("a tooltip is its text, or a line for each of its values", () => {
  expect(tooltipText("12 rows")).toBe("12 rows");
  expect(tooltipText(0)).toBe("0");
  expect(tooltipText({ loss: 0.5, at: [1, 2], none: null })).toBe("loss: 0.5\nat: [1,2]\nnone: null");
  expect([tooltipText(null), tooltipText(undefined)]).toEqual(["", ""]);
});
