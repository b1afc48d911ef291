// A training loop in ten lines, and the same by `train`: one compiled step, batches by key, equal bits.
import { array, compile, type NDArray, valueAndGrad } from "steepest";
import { batches } from "steepest/data";
import { mse } from "steepest/losses";
import { type LinearParams, mlp, train } from "steepest/nn";
import { adam, type StateOf } from "steepest/optim";
import { fold, key, normal } from "steepest/random";

const X = normal(key(0), [64, 2]);
const data = { X, y: X.matmul(array([[1], [-1]])).tanh() };
const model = mlp([2, 8, 1], { activation: "tanh" });
const optimizer = adam({ learningRate: 0.02 });
const loss = (p: LinearParams[], { X, y }: typeof data) => mse(model.apply(p, X), y);
const order = (epoch: number) => batches(data, { size: 16, key: fold(key(1), epoch) });

// The bare loop.
let params = model.init(key(2));
let state: StateOf<typeof optimizer, LinearParams[]> = optimizer.init(params);
const step = compile((p: LinearParams[], s: typeof state, X: NDArray, y: NDArray) => {
  const { value, grad } = valueAndGrad((q: LinearParams[]) => loss(q, { X, y }))(p);
  const [params, state] = optimizer.step(p, grad, s);
  return { params, state, loss: value };
});
for (let epoch = 0; epoch < 10; epoch++)
  for (const { X, y } of order(epoch)) ({ params, state } = step(params, state, X, y));
console.log(loss(params, data).item() < 0.05, step.stats.signatures); // true 1

// The same, with reports, validation, early stopping, checkpoints.
const result = train({ params: model.init(key(2)), loss, optimizer, batches: order, epochs: 10, key: key(3) });
console.log(result.status, result.history.length, result.history[0]!.loss > result.history[9]!.loss); // finished 10 true
console.log(result.params[0]!.weight.sub(params[0]!.weight).abs().max().item()); // 0
