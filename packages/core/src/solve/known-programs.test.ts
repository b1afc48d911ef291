import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { equality } from "./constraint.ts";
import { onceFor } from "./known-programs.ts";
import { minimize } from "./minimize.ts";

const start = Float64Array.of(1, 2, 3);

/** How often something is made for functions of one name. */
function counting(): {
  count: number;
  ask: (forward: (x: NDArray) => NDArray, label?: string, from?: Float64Array) => void;
} {
  const f = () => undefined;
  const counter = {
    count: 0,
    ask: (forward: (x: NDArray) => NDArray, label = "", from: Float64Array = start) => {
      onceFor(f, label, forward, from, () => ++counter.count);
    },
  };
  return counter;
}

describe("onceFor", () => {
  it("makes once for a function that stays the same, also with lists and numbers written in it", () => {
    const counter = counting();
    const shared = array([4, 5, 6]);
    const f = (x: NDArray) => x.sub([1, 2, 3]).mul(0.5).add(shared).at([0, 2]).sum();
    counter.ask(f);
    counter.ask(f);
    expect(counter.count).toBe(1);
  });

  const variable: [string, (k: number) => (x: NDArray) => NDArray][] = [
    ["a number", (k) => (x) => x.mul(k).sum()],
    ["the sign of a zero", (k) => (x) => x.mul(k === 1 ? 0 : -0).sum()],
    ["a list", (k) => (x) => x.sub([1, 2, k]).sum()],
    ["an operation", (k) => (x) => (k === 1 ? x.exp() : x.log()).sum()],
    ["a setting of an operation", (k) => (x) => x.at([0, k]).sum()],
    ["an operand", (k) => (x) => x.sub(k === 1 ? x.exp() : x.mul(2)).sum()],
    ["how many operations there are", (k) => (x) => (k === 1 ? x : x.neg()).sum()],
    ["which intermediate is returned", (k) => (x) => [x.exp(), x.log()][k - 1]!],
    [
      "a long array",
      (k) => (x) =>
        x
          .at(0)
          .mul(array(new Float64Array(10_000).fill(k).map((v, i) => v + i)))
          .sum(),
    ],
  ];
  it.each(variable)("makes again when %s changes", (_, withK) => {
    const counter = counting();
    counter.ask(withK(1));
    counter.ask(withK(2));
    expect(counter.count).toBe(2);
  });

  it("makes again for another size or another label", () => {
    const counter = counting();
    const f = (x: NDArray) => x.sum();
    counter.ask(f);
    counter.ask(f, "other");
    counter.ask(f, "other", Float64Array.of(1, 2));
    expect(counter.count).toBe(3);
  });

  it("makes each time where a function cannot be traced", () => {
    const counter = counting();
    const f = (x: NDArray) => (x.at(0).item() > 0 ? x.sum() : x.neg().sum());
    counter.ask(f);
    counter.ask(f);
    expect(counter.count).toBe(2);
  });
});

it("minimize sees variables that a function reads change", () => {
  let center = 1;
  let total = 0;
  const f = (x: NDArray) => x.sub(center).square().sum();
  const constraints = [equality((x: NDArray) => x.sum().sub(total))];
  const found = () => minimize(f, [5, 5], { constraints }).x.toArray()[0];
  expect(found()).toBeCloseTo(0, 9);
  total = 4;
  expect(found()).toBeCloseTo(2, 9);
  const free = () => minimize(f, [5, 5]).x.toArray()[0];
  expect(free()).toBeCloseTo(1, 9);
  center = 3;
  expect(free()).toBeCloseTo(3, 9);
});
