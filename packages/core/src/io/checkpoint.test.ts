import { describe, expect, it } from "vitest";
import { batches } from "../data/index.ts";
import { array, type NDArray } from "../index.ts";
import { type LinearParams, mlp, train } from "../nn/index.ts";
import { adam, adamw, chain, clipByGlobalNorm, type Optimizer, scheduleFree, sgd } from "../optim/index.ts";
import { fold, key, normal } from "../random/index.ts";
import { flattenTree } from "../tree/index.ts";
import { loadCheckpoint, saveCheckpoint, saveParams } from "./index.ts";

type Data = { X: NDArray; y: NDArray };
const X = normal(key(1), [24, 3]);
const rows: Data = { X, y: X.sum(1).expandDims(1).tanh() };
const model = mlp([3, 5, 1], { activation: "tanh", dropout: 0.2 });
const lossOf = (p: LinearParams[], { X, y }: Data, context: object = {}) =>
  model.apply(p, X, context).sub(y).square().mean();
const common = {
  params: model.init(key(0)),
  loss: lossOf,
  batches: (epoch: number) => batches(rows, { size: 8, key: fold(key(2), epoch) }),
  key: key(3),
  validation: { batches: () => [rows], metric: (p: LinearParams[], data: Data) => lossOf(p, data) },
};
const bits = (tree: unknown): string =>
  JSON.stringify(flattenTree(tree).map(({ path, value }) => [path, (value as NDArray).toArray().map(String)]));

describe("a checkpoint that was saved and loaded", () => {
  const optimizers: readonly (readonly [string, Optimizer<unknown>])[] = [
    ["adam", adam({ learningRate: 0.01 })],
    ["sgd without a buffer", sgd({ learningRate: 0.1 })],
    ["clipped adam", chain(clipByGlobalNorm(1), adam({ learningRate: 0.01 })) as Optimizer<unknown>],
    ["schedule-free AdamW", scheduleFree(adamw({ learningRate: 0.01, beta1: 0 })) as Optimizer<unknown>],
  ];
  it.each(optimizers)("goes on with the same bits: %s", (_name, optimizer) => {
    const whole = train({ ...common, optimizer, epochs: 4 });
    let steps = 0;
    const signal = {
      get aborted() {
        return steps === 5;
      },
    }; // in the middle of the second epoch
    const { checkpoint } = train({ ...common, optimizer, epochs: 4, signal, onStep: () => steps++ });
    expect([checkpoint.epoch, checkpoint.batch]).toEqual([1, 2]);
    const resume = loadCheckpoint(saveCheckpoint(checkpoint), { params: common.params, optimizer });
    expect(bits(resume)).toBe(bits(checkpoint));
    const rest = train({ ...common, optimizer, epochs: 4, resume });
    expect(bits(rest.checkpoint)).toBe(bits(whole.checkpoint));
    expect(rest.history).toEqual(whole.history.slice(1));
  });
});

describe("loadCheckpoint refuses", () => {
  const optimizer = adam({ learningRate: 0.01 });
  const bytes = saveCheckpoint(train({ ...common, optimizer, epochs: 1 }).checkpoint);

  it("parameters alone", () => {
    const bare = saveParams(common.params);
    expect(() => loadCheckpoint(bare, { params: common.params, optimizer })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadCheckpoint: the file says format "none", version none; expected "steepest-checkpoint", version 1. For parameters alone take loadParams.]`,
    );
  });
  it("another optimizer", () => {
    const other = sgd({ learningRate: 0.1, momentum: 0.9 });
    expect(() => loadCheckpoint(bytes, { params: common.params, optimizer: other })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadCheckpoint: there is no array "state.slots.0.weight.velocity" in the file. It belongs to another model or optimizer.]`,
    );
    const plain = sgd({ learningRate: 0.1 });
    expect(() => loadCheckpoint(bytes, { params: common.params, optimizer: plain })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadCheckpoint: the file holds the array "state.slots.0.weight.mu", which this model and optimizer do not have. It belongs to others.]`,
    );
  });
  it("another model", () => {
    const wide = mlp([3, 6, 1]).init(key(0));
    expect(() => loadCheckpoint(bytes, { params: wide, optimizer })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadCheckpoint: "params.0.weight" is f64 [3, 5] in the file, but f64 [3, 6] in the given tree. The file belongs to another model.]`,
    );
    expect(() => loadCheckpoint(bytes, { params: array([1]) as never, optimizer })).toThrow("params");
  });
  it("a file that was cut", () => {
    expect(() => loadCheckpoint(bytes.subarray(0, 200), { params: common.params, optimizer })).toThrow("safetensors");
  });
});
