import { expect, it } from "vitest";
import * as root from "../index.ts";
import { array } from "../index.ts";
import * as entry from "./functions.ts";
import * as all from "./index.ts";
import { cardOf } from "./index.ts";

/** What rules are made of, and users are not offered. */
const INTERNAL = ["linearRecurrence", "strongMul"];

it("every operation can be reached: as a method, from the root, or from steepest/ops", () => {
  const methods = Object.getPrototypeOf(array([1])) as object;
  const stray = Object.entries(all)
    .filter(([, value]) => cardOf(value) !== undefined)
    .map(([name]) => name)
    .filter((name) => !(name in methods || name in root || name in entry || INTERNAL.includes(name)));
  expect(stray).toEqual([]);
});

it("what steepest/ops offers is an operation, or makes one", () => {
  const others = Object.entries(entry).filter(([, value]) => cardOf(value) === undefined);
  expect(others.map(([name]) => name)).toEqual(["defineUnary"]);
});
