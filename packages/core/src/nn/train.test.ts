import { describe, expect, it } from "vitest";
import { batches } from "../data/index.ts";
import { array, grad, type NDArray } from "../index.ts";
import { mse } from "../losses/index.ts";
import { adam, perLeaf, sgd } from "../optim/index.ts";
import { fold, key, normal } from "../random/index.ts";
import { flattenTree } from "../tree/index.ts";
import { type Checkpoint, type LinearParams, mlp, type TrainOptions, train, trainEpochs } from "./index.ts";

type Data = { X: NDArray; y: NDArray };
const X = normal(key(1), [40, 3]);
const rows: Data = { X, y: X.matmul(array([[1], [-2], [0.5]])).tanh() };
const held: Data = { X: normal(key(2), [10, 3]), y: normal(key(3), [10, 1]).mul(0.1) };
const model = mlp([3, 8, 1], { activation: "tanh", dropout: 0.2 });
const root = key(7);

const common = {
  params: model.init(root),
  loss: (p: LinearParams[], { X, y }: Data, context: object) => mse(model.apply(p, X, context), y),
  optimizer: adam({ learningRate: (t: number) => 0.02 / (1 + t / 50) }),
  batches: (epoch: number) => batches(rows, { size: 8, key: fold(root, epoch) }),
  epochs: 6,
  key: root,
} satisfies TrainOptions<LinearParams[], Data, unknown>;
const validation = {
  batches: () => batches(held, { size: 4 }),
  metric: (p: LinearParams[], { X, y }: Data) => mse(model.apply(p, X), y),
};

/** All numbers of a tree as text: equal bits, equal text. */
const bits = (tree: unknown): string =>
  JSON.stringify(flattenTree(tree).map(({ path, value }) => [path, (value as NDArray).toArray().map(String)]));

/** The largest difference of two trees. */
function apart(a: unknown, b: unknown): number {
  const others = flattenTree(b);
  const differences = flattenTree(a).map(({ value }, i) =>
    (value as NDArray)
      .sub(others[i]!.value as NDArray)
      .abs()
      .max()
      .item(),
  );
  return Math.max(...differences);
}

describe("train", () => {
  it("is the bare loop", () => {
    const { epochs, optimizer, loss } = common;
    let params = common.params;
    let state = optimizer.init(params);
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const batch of common.batches(epoch)) {
        const context = { training: true, key: fold(root, state.step) };
        [params, state] = optimizer.step(params, grad((p: LinearParams[]) => loss(p, batch, context))(params), state);
      }
    }
    const result = train(common);
    expect(result.status).toBe("finished");
    expect(apart(result.params, params)).toBeLessThan(1e-12); // compiled, sums come in another order
    expect(apart(result.checkpoint.state, state)).toBeLessThan(1e-12);
    expect(result.history.map(({ epoch, steps }) => [epoch, steps]).at(-1)).toEqual([6, 30]);
  });

  it("learns: the loss falls to less than half", () => {
    const { history } = train({ ...common, epochs: 20 });
    expect(history.at(-1)!.loss).toBeLessThan(0.5 * history[0]!.loss);
  });

  it("leaves the given parameters usable", () => {
    const before = bits(common.params);
    train({ ...common, epochs: 2 });
    expect(bits(common.params)).toBe(before);
  });

  it("full batch, mini-batches and single rows are one setting", () => {
    const plain = mlp([3, 8, 1], { activation: "tanh" });
    const loss = (p: LinearParams[], { X, y }: Data) => mse(plain.apply(p, X), y);
    const steps = [40, 8, 1].map((size) => {
      const options = { ...common, loss, epochs: 1, optimizer: sgd({ learningRate: 0.1 }) };
      return train({ ...options, batches: () => batches(rows, { size }) });
    });
    expect(steps.map(({ history }) => history[0]!.steps)).toEqual([1, 5, 40]);
    const once = grad((p: LinearParams[]) => loss(p, rows))(common.params);
    const expected = common.params[0]!.weight.sub(once[0]!.weight.mul(0.1));
    expect(steps[0]!.params[0]!.weight.sub(expected).abs().max().item()).toBeLessThan(1e-14); // compiled, sums come in another order
  });

  it("weights batches by their examples", () => {
    const still = sgd({ learningRate: 0 });
    const loss = (p: LinearParams[], { y }: Data) => y.square().mean().add(p[0]!.bias.sum());
    const { history } = train({
      ...common,
      optimizer: still,
      epochs: 1,
      loss,
      batches: () => batches(rows, { size: 16 }),
    });
    expect(history[0]!.loss).toBeCloseTo(rows.y.square().mean().item(), 14); // batches of 16, 16 and 8
  });
});

describe("a resumed run", () => {
  const whole = train({ ...common, validation, epochs: 6 });

  it.each([1, 3, 5])("after %i epochs gives the bits of one run", (epochs) => {
    const first = train({ ...common, validation, epochs });
    const rest = train({ ...common, validation, epochs: 6, resume: first.checkpoint });
    expect(bits(rest.checkpoint)).toBe(bits(whole.checkpoint));
    expect(bits(rest.params)).toBe(bits(whole.params));
    expect([...first.history, ...rest.history]).toEqual(whole.history);
  });

  it("from the middle of an epoch gives the bits of one run", () => {
    let steps = 0;
    const signal = {
      get aborted() {
        return steps === 13; // 5 steps an epoch
      },
    };
    const first = train({ ...common, validation, signal, onStep: () => steps++ });
    expect(first.status).toBe("aborted");
    expect([first.checkpoint.epoch, first.checkpoint.batch]).toEqual([2, 3]);
    const rest = train({ ...common, validation, resume: first.checkpoint });
    expect(bits(rest.checkpoint)).toBe(bits(whole.checkpoint));
    expect([...first.history, ...rest.history]).toEqual(whole.history);
  });

  it("from a checkpoint of any epoch gives the bits of one run", () => {
    const checkpoints: Checkpoint<LinearParams[], unknown>[] = [];
    for (const { checkpoint } of trainEpochs({ ...common, validation })) checkpoints.push(checkpoint);
    expect(checkpoints.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const rest = train({ ...common, validation, resume: checkpoints[1]! as Checkpoint<LinearParams[], never> });
    expect(bits(rest.checkpoint)).toBe(bits(whole.checkpoint));
  });

  it("would differ without the state, the step or the key (planted)", () => {
    const first = train({ ...common, validation, epochs: 3 }).checkpoint;
    const resumed = (resume: typeof first) => bits(train({ ...common, validation, resume }).checkpoint);
    const fresh = common.optimizer.init(first.params);
    const right = bits(whole.checkpoint);
    expect(resumed(first)).toBe(right);
    expect(resumed({ ...first, state: fresh })).not.toBe(right);
    expect(resumed({ ...first, state: { ...first.state, step: fresh.step } })).not.toBe(right);
    expect(resumed({ ...first, key: key(8) })).not.toBe(right);
    expect(resumed({ ...first, epoch: 2 })).not.toBe(right);
  });
});

describe("the end of training", () => {
  it("comes early when the metric stops to improve, with the best parameters", () => {
    const metrics = [5, 4, 3, 3.5, 3.2, 3.1, 1];
    let epoch = -1;
    const seen: string[] = [];
    const result = train({
      ...common,
      epochs: 7,
      validation: {
        patience: 3,
        batches: () => {
          epoch++;
          return [{ X: array([[metrics[epoch]!]]), y: array([0]) }];
        },
        metric: (_p: LinearParams[], { X }: Data) => X.sum(),
      },
      onEpoch: ({ metric }) => seen.push(String(metric)),
    });
    expect(seen).toEqual(["5", "4", "3", "3.5", "3.2", "3.1"]);
    expect(result.status).toBe("early-stopped");
    expect(result.message).toMatchInlineSnapshot(
      `"Stopped after 6 epochs: no better metric for 3 of them. The parameters are those after epoch 3, whose metric 3.000 was the best."`,
    );
    expect(bits(result.params)).toBe(bits(train({ ...common, epochs: 3 }).params));
  });

  it("a metric may be maximized", () => {
    const result = train({ ...common, validation: { ...validation, goal: "maximize" } });
    const metrics = result.history.map(({ metric }) => metric!);
    expect(result.checkpoint.best?.metric).toBe(Math.max(...metrics));
  });

  it("comes when numbers stop being finite, with the last good parameters", () => {
    const result = train({ ...common, optimizer: sgd({ learningRate: (t) => (t < 7 ? 0.01 : 1e300) }) });
    expect(result.status).toBe("nonfinite");
    expect(result.checkpoint.epoch).toBe(1);
    expect(result.message).toMatchInlineSnapshot(
      `"Stopped: the loss became Infinity at step 9. Lower the learning rate, clip the gradients with clipByGlobalNorm, or pass over such steps with skipNonFinite. The parameters are those after 1 epoch."`,
    );
    const good = train({ ...common, epochs: 1, optimizer: sgd({ learningRate: 0.01 }) });
    expect(bits(result.params)).toBe(bits(good.params));
  });

  it("is noticed when the last step of an epoch overflows", () => {
    const leap = perLeaf({
      name: "leap",
      formula: "w ← w − η(t)·1e200·g",
      init: () => ({}),
      update: ({ grad, slot, at }) => ({ update: grad.mul(at((t) => (t < 4 ? 0 : 1e200))).mul(1e200), slot }),
    });
    const result = train({ ...common, epochs: 1, optimizer: leap });
    expect(result.status).toBe("nonfinite");
  });

  it("is not caused by a batch that the optimizer passes over", () => {
    const bad = { X: rows.X.at([0, 8]).mul(Number.NaN), y: rows.y.at([0, 8]) };
    const cautious = perLeaf({
      name: "cautious",
      formula: "w",
      init: () => ({}),
      update: ({ param, slot }) => ({ update: param.zerosLike(), slot }),
    });
    const result = train({
      ...common,
      epochs: 1,
      optimizer: cautious,
      batches: () => [bad, ...batches(rows, { size: 8 })],
    });
    expect(result.status).toBe("finished");
    expect(Number.isFinite(result.history[0]!.loss)).toBe(true);
  });

  it("is said when a signal comes before the first step", () => {
    const result = train({ ...common, signal: AbortSignal.abort() });
    expect([result.status, result.history.length, bits(result.params)]).toEqual(["aborted", 0, bits(common.params)]);
    expect(result.message).toMatchInlineSnapshot(
      `"Stopped by the caller after 0 epochs; pass the checkpoint as resume to go on."`,
    );
  });
});

describe("reports", () => {
  it("hold the values of schedules and the seconds of the given clock", () => {
    let now = 10;
    const { history } = train({ ...common, epochs: 2, clock: () => now++ });
    expect(history.map(({ seconds }) => seconds)).toEqual([1, 2]);
    expect(history[1]!.values["learningRate"]).toBeCloseTo(0.02 / (1 + 10 / 50), 15);
    expect(train({ ...common, epochs: 1 }).history[0]!.seconds).toBeUndefined();
  });

  it("come after every step too", () => {
    const steps: number[] = [];
    train({ ...common, epochs: 2, onStep: ({ step }) => steps.push(step) });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

it("options are checked at once", () => {
  expect(() => train({ ...common, epochs: -1, epoch: 3 } as never)).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: train: unknown option "epoch". Did you mean "epochs" or "onEpoch"? epochs must be 0 or more, got -1.]`,
  );
  expect(() => train({ ...common, validation: { ...validation, patience: 0 } })).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: train: validation: patience must be at least 1, got 0.]`,
  );
});
