import { describe, expect, it } from "vitest";
import { array, scalar, zeros } from "../array/index.ts";
import { loadParams, readTensors, saveParams } from "./tensors.ts";

const params = {
  blocks: [
    {
      weight: array([
        [1, -0],
        [Infinity, NaN],
      ]),
      bias: array([0.1], { dtype: "f32" }),
    },
  ],
  temperature: scalar(5e-324),
};
const like = {
  blocks: [{ weight: zeros([2, 2]), bias: zeros([1], { dtype: "f32" }) }],
  temperature: scalar(0),
};

describe("saveParams and loadParams", () => {
  it("keep every bit, width and shape", () => {
    const back = loadParams(saveParams(params, { metadata: { note: "kept" } }), like);
    expect(back.blocks[0]!.weight.toArray()).toEqual([1, -0, Infinity, NaN]);
    expect(back.blocks[0]!.bias.dtype).toBe("f32");
    expect(back.blocks[0]!.bias.toArray()).toEqual(params.blocks[0]!.bias.toArray());
    expect(back.temperature.item()).toBe(5e-324);
    expect(back.temperature.shape).toEqual([]);
  });
  it("name leaves by their paths and keep metadata", () => {
    const { tensors, metadata } = readTensors(saveParams(params, { metadata: { note: "kept" } }));
    expect([...tensors.keys()]).toEqual(["blocks.0.weight", "blocks.0.bias", "temperature"]);
    expect(metadata).toEqual({ note: "kept" });
  });
  it("take a tree that is one array", () => {
    expect(loadParams(saveParams(array([1, 2])), array([0, 0])).toArray()).toEqual([1, 2]);
  });
  it("name what does not fit", () => {
    const bytes = saveParams({ w: array([1, 2]), b: array([3]) });
    expect(() => loadParams(bytes, { w: array([0, 0]), c: array([0]) })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadParams: there is no array "c" in the file, which holds w, b. The file belongs to another model.]`,
    );
    expect(() => loadParams(bytes, { w: array([0, 0]) })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadParams: the file holds the array "b", which the given tree does not have. The file belongs to another model.]`,
    );
    expect(() => loadParams(bytes, { w: array([0]), b: array([0]) })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadParams: "w" is f64 [2] in the file, but f64 [1] in the given tree. The file belongs to another model.]`,
    );
    expect(() => loadParams(bytes, { w: array([0, 0], { dtype: "f32" }), b: array([0]) })).toThrow(
      "f64 [2] in the file, but f32 [2]",
    );
  });
});
