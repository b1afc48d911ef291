// An optimizer of one's own: one rule for one array, in array operations. Eager and traced from the same text.
import { array, compile, grad, type NDArray, ones, onHost, type Scalar, scalar } from "steepest";
import { type Optimizer, perLeaf, type ScalarOrSchedule, type StateOf } from "steepest/optim";

/** Sign of the momentum only, Chen et al. (2023), Algorithm 2. */
export function signMomentum(options: {
  learningRate: ScalarOrSchedule;
  beta1?: number;
  beta2?: number;
}): Optimizer<{ mu: NDArray }> {
  const { learningRate, beta1 = 0.9, beta2 = 0.99 } = options;
  return perLeaf({
    name: "signMomentum",
    formula: "w ← w − η·sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g",
    init: (param) => ({ mu: param.zerosLike() }),
    update({ grad, slot: { mu }, at }) {
      const direction = mu
        .mul(beta1)
        .add(grad.mul(1 - beta1))
        .sign();
      return { update: direction.mul(at(learningRate)).neg(), slot: { mu: mu.mul(beta2).add(grad.mul(1 - beta2)) } };
    },
  });
}

// Trees, schedules, saving and laws come for free.
const optimizer = signMomentum({ learningRate: (t) => 0.1 / (1 + t / 20) });
interface Model {
  w: NDArray;
  b: Scalar;
}
const loss = (p: Model, x: NDArray): Scalar => x.matmul(p.w).add(p.b).square().mean();
const step = compile((p: Model, state: StateOf<typeof optimizer, Model>, x: NDArray) => {
  const anneal = onHost((t) => 1 / (1 + t / 100), state.step); // plain JS at each call, no new trace
  const g = grad((q: Model) => loss(q, x).mul(anneal))(p);
  const [params, next] = optimizer.step(p, g, state);
  return { params, state: next };
});

const x = array([
  [1, 2],
  [3, -1],
  [0, 1],
]);
let params: Model = { w: ones([2]), b: scalar(1) };
let state = optimizer.init(params);
const before = loss(params, x).item();
for (let i = 0; i < 200; i++) ({ params, state } = step(params, state, x));
console.log(loss(params, x).item() < before / 20, state.step.item(), step.stats.signatures); // true 200 1
