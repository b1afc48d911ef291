import { expect, it } from "vitest";
import { key } from "../random/index.ts";
import { tokenWindows } from "./index.ts";

const text = Int32Array.from({ length: 12 }, (_, i) => 10 * i);
const options = { length: 5, size: 3, steps: 40, key: key(3) };

it("windows are pieces of the text, and next is one token later", () => {
  for (const { ids, next } of tokenWindows(text, options)) {
    expect(ids.shape).toEqual([3, 5]);
    for (let row = 0; row < 3; row++) {
      const start = ids.at(row, 0).item() / 10;
      expect(ids.at(row).toArray()).toEqual([...text.subarray(start, start + 5)]);
      expect(next.at(row).toArray()).toEqual([...text.subarray(start + 1, start + 6)]);
    }
  }
});

it("every start occurs, the first and the last too", () => {
  const starts = [...tokenWindows(text, options)].flatMap(({ ids }) => ids.at(":", 0).toArray());
  expect([...new Set(starts)].sort((a, b) => a - b)).toEqual([0, 10, 20, 30, 40, 50, 60]);
});

it("batches follow from the key, and do not depend on how many there are", () => {
  const read = (steps: number, seed: number) =>
    [...tokenWindows(text, { ...options, steps, key: key(seed) })].map(({ ids }) => ids.toArray());
  expect(read(3, 1)).toEqual(read(9, 1).slice(0, 3));
  expect(read(3, 1)).not.toEqual(read(3, 2));
});

it("the text is taken when the windows are made", () => {
  const own = text.slice();
  const windows = tokenWindows(own, options);
  own.fill(-1);
  expect([...windows].some(({ ids }) => ids.toArray().includes(-1))).toBe(false);
});

it("a text that is too short is refused", () => {
  expect(() => tokenWindows(text, { ...options, length: 12 })).toThrowErrorMatchingInlineSnapshot(
    `[DataError: tokenWindows: the text has 12 tokens, but a window and the token after it need 13. Take shorter windows.]`,
  );
});
