import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { type BatchOptions, batches } from "./batches.ts";

const data = (n: number) => {
  const ids = Array.from({ length: n }, (_, i) => i);
  return { X: array(ids.map((i) => [i, -i])), y: array(ids), id: array(ids, { dtype: "i32" }) };
};
const sizes = fc.record({ n: fc.integer({ min: 1, max: 40 }), size: fc.integer({ min: 1, max: 50 }), seed: fc.nat() });
const idsOf = (n: number, options: BatchOptions) => [...batches(data(n), options)].map(({ id }) => id.toArray());

describe("batches", () => {
  it("without a key are consecutive slices, the last one smaller", () => {
    const all = [...batches(data(5), { size: 2 })];
    expect(all.map(({ X }) => X.toNested())).toEqual([
      [
        [0, -0],
        [1, -1],
      ],
      [
        [2, -2],
        [3, -3],
      ],
      [[4, -4]],
    ]);
    expect(all.map(({ y }) => y.toArray())).toEqual([[0, 1], [2, 3], [4]]);
    expect(all[0]!.id.dtype).toBe("i32");
  });

  it("hold every row once, with all leaves in step, when nothing is dropped", () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ n, size, seed }, shuffled) => {
        const options = shuffled ? { size, key: key(seed), dropLast: false } : { size };
        const all = [...batches(data(n), options)];
        const ids = all.flatMap(({ id }) => id.toArray());
        expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(all.flatMap(({ y }) => y.toArray())).toEqual(ids);
        expect(all.flatMap(({ X }) => X.at(":", 0).toArray())).toEqual(ids);
      }),
    );
  });

  it("shuffled by a key have one shape, come in another order, and are the same when iterated again", () => {
    const shuffled = batches(data(100), { size: 32, key: key(7) });
    const first = [...shuffled].map(({ id }) => id.toArray());
    expect(first.map((ids) => ids.length)).toEqual([32, 32, 32]);
    expect([...shuffled].map(({ id }) => id.toArray())).toEqual(first);
    expect(first.flat()).not.toEqual(Array.from({ length: 96 }, (_, i) => i));
    expect(idsOf(100, { size: 32, key: key(8) })).not.toEqual(first);
  });

  it("larger than the data are all of the data", () => {
    expect(idsOf(3, { size: 10, key: key(1) }).map((ids) => ids.length)).toEqual([3]);
    expect(idsOf(3, { size: 10 })).toEqual([[0, 1, 2]]);
  });

  it("drop a smaller last batch when told to", () => {
    expect(idsOf(5, { size: 2, dropLast: true })).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it("name the leaf with another number of rows", () => {
    const bad = { X: array([[1], [2]]), y: array([1, 2, 3]) };
    expect(() => batches(bad)).toThrow(ShapeError);
    expect(() => batches(bad)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: batches: "y" has shape [3] but "X" has [2, 1]. Every array needs the same number of rows, along axis 0.]`,
    );
  });

  it("refuse a size that is not a positive integer", () => {
    for (const size of [0, -1, 2.5]) expect(() => batches(data(3), { size })).toThrow(/size must be/);
  });
});
