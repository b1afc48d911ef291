// Train, stop, save, go on with the same bits; parameters alone for another program; one epoch at a time.
import { array, type NDArray } from "steepest";
import { batches } from "steepest/data";
import { loadCheckpoint, loadParams, saveCheckpoint, saveParams } from "steepest/io";
import { mse } from "steepest/losses";
import { type ApplyOptions, type LinearParams, mlp, train, trainEpochs } from "steepest/nn";
import { adamw, warmupStableDecay } from "steepest/optim";
import { fold, key, normal } from "steepest/random";

const X = normal(key(0), [160, 4]);
const y = X.matmul(array([[1], [-2], [0.5], [0]])).tanh();
type Data = { X: NDArray; y: NDArray };
const [data, held]: Data[] = [
  { X: X.at([0, 128]), y: y.at([0, 128]) },
  { X: X.at([128, 160]), y: y.at([128, 160]) },
];
const model = mlp([4, 16, 1], { activation: "gelu-tanh", dropout: 0.1 });
const root = key(3);
const common = {
  params: model.init(root),
  loss: (p: LinearParams[], { X, y }: Data, context: ApplyOptions) => mse(model.apply(p, X, context), y),
  optimizer: adamw({ learningRate: warmupStableDecay({ base: 1e-2, steps: 160, warmup: 20, decayFraction: 0.3 }) }),
  batches: (epoch: number) => batches(data!, { size: 16, key: fold(root, epoch) }),
  key: root,
  validation: {
    batches: () => batches(held!, { size: 32 }),
    metric: (p: LinearParams[], { X, y }: Data) => mse(model.apply(p, X), y),
    patience: 10,
  },
};

const first = train({ ...common, epochs: 8 });
// As a file: write it under another name and rename it, so that a crash leaves the former one.
const bytes = saveCheckpoint(first.checkpoint);
const resume = loadCheckpoint(bytes, common);
const more = train({ ...common, epochs: 20, resume });
const atOnce = train({ ...common, epochs: 20 });
console.log(more.status, more.history.length, atOnce.history.length); // finished 12 20
console.log(more.params[0]!.weight.sub(atOnce.params[0]!.weight).abs().max().item()); // 0
console.log(more.history[11]!.values["learningRate"]! < 1e-3); // true

// The parameters alone, as safetensors that other tools read.
const weights = saveParams(more.params, { metadata: { task: "sines" } });
const restored = loadParams(weights, model.init(root));
console.log(restored[1]!.bias.item() === more.params[1]!.bias.item()); // true

// One epoch at a time, so that a page stays alive; a signal stops between two steps.
const stop = new AbortController();
for (const report of trainEpochs({ ...common, epochs: 50, signal: stop.signal })) {
  if (report.metric! < 0.3) stop.abort();
}
console.log(stop.signal.aborted); // true
