// What the compiler knows of networks, and what it refuses.
import type { LeafRole, NDArray, Scalar } from "../index.ts";
import { adam, type Moments, type StateOf } from "../optim/index.ts";
import { key } from "../random/index.ts";
import {
  type AttentionParams,
  attention,
  embedding,
  gelu,
  type LinearParams,
  layerNorm,
  linear,
  mlp,
  module,
  type ParamsOf,
  sequential,
  train,
  transformer,
} from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

// Parameters follow from the layers.
const block = module(
  {
    norm: layerNorm(8),
    attend: attention({ width: 8, heads: 2 }),
    mlp: sequential(linear(8, 32), gelu(), linear(32, 8)),
  },
  (call, x: NDArray) => x.add(call.mlp(call.attend(call.norm(x)))),
);
const net = module({ tokens: embedding(27, 8), block, head: linear(8, 27) }, (call, ids: NDArray<"int">) =>
  call.head(call.block(call.tokens(ids))),
);
type P = ParamsOf<typeof net>;
isTrue<Equal<P["head"], LinearParams>>();
isTrue<Equal<P["block"]["attend"], AttentionParams>>();
isTrue<Equal<P["block"]["mlp"][2], LinearParams>>();
isTrue<Equal<P["tokens"]["table"], NDArray>>();
export const role: LeafRole = net.roles.block.attend.q.weight;

// Ids are integers, features are not.
declare const x: NDArray;
declare const ids: NDArray<"int">;
const params = net.init(key(0));
export const logits: NDArray = net.apply(params, ids);
// @ts-expect-error floats are no ids
net.apply(params, x);
// @ts-expect-error integers are no features
block.apply(params.block, ids);
// @ts-expect-error parameters of another model
net.apply(params.block, ids);
// @ts-expect-error a layer that there is not
module({ a: linear(1, 1) }, (call, x: NDArray) => call.b(x));

// The parts of a transformer follow from its options.
const tied = transformer({ vocabulary: 5, width: 4, heads: 2, layers: 1, length: 4, tied: true, norm: "layer" });
const free = transformer({ vocabulary: 5, width: 4, heads: 2, layers: 1, length: 4 });
export const offset: NDArray = tied.init(key(0)).norm.offset;
export const weight: NDArray = free.init(key(0)).head.weight;
// @ts-expect-error a tied transformer has no head
tied.init(key(0)).head.weight;
// @ts-expect-error rms norms have no offset
free.init(key(0)).norm.offset;

// Training: the batch is that of the loss, the state that of the optimizer.
const model = mlp([2, 1]);
type Data = { X: NDArray; y: NDArray };
declare const data: Data;
const loss = (p: LinearParams[], { X, y }: Data): Scalar => model.apply(p, X).sub(y).square().mean();
const optimizer = adam({ learningRate: 0.1 });
const common = { params: model.init(key(0)), loss, optimizer, batches: () => [data], epochs: 1, key: key(0) };
const result = train(common);
isTrue<Equal<typeof result.params, LinearParams[]>>();
export const state: StateOf<typeof optimizer, LinearParams[]> = result.checkpoint.state;
export const moments: Moments = result.checkpoint.state.slots[0]!.weight;
// @ts-expect-error batches of another loss
train({ ...common, batches: () => [{ X: x }] });
// @ts-expect-error a loss that is no scalar
train({ ...common, loss: (p: LinearParams[], { X }: Data) => model.apply(p, X) });
