// Self-attention of three words: by array operations, by `scaledDotProductAttention`, and with its gradient.
import { array, grad, type NDArray } from "steepest";
import { scaledDotProductAttention } from "steepest/nn";

// "the", "cat", "sat": 4 numbers each; weights of queries, keys and values
const X = array([
  [0.1, 0.2, 0.1, 0.3],
  [0.5, 0.4, 0.6, 0.2],
  [0.3, 0.5, 0.2, 0.4],
]);
const WQ = array([
  [0.24835707650561634, -0.06913215058559233, 0.32384426905034625],
  [0.7615149282040127, -0.11707668736166799, -0.11706847847459027],
  [0.7896064077536957, 0.3837173645764544, -0.23473719296747605],
  [0.27128002179298233, -0.23170884640623113, -0.23286487678512843],
]);
const WK = array([
  [0.12098113578301706, -0.956640122328899, -0.8624589162565164],
  [-0.28114376462048635, -0.5064155601672119, 0.15712366629763694],
  [-0.45401203776060545, -0.7061518506676457, 0.732824384460777],
  [-0.11288815024326783, 0.03376410234396192, -0.7123740931067284],
]);
const WV = array([
  [-0.27219136226259133, 0.05546129485493304, -0.5754967887111514],
  [0.18784900917283598, -0.3003193449594025, -0.1458468748966384],
  [-0.30085330611469846, 0.9261390922544689, -0.0067486123689669605],
  [-0.5288554644779502, 0.4112724560515945, -0.6104218249855111],
]);

// softmax(QKᵀ/√d_k)·V
const [Q, K, V] = [X.matmul(WQ), X.matmul(WK), X.matmul(WV)];
const byHand = Q.matmul(K.T).div(Math.sqrt(3)).softmax(1);
const { weights, output } = scaledDotProductAttention(Q, K, V);
console.log(weights.sub(byHand).abs().max().item() < 1e-15); // true
console.log(weights.toNested()); // [[0.33577013, 0.32919465, 0.33503522], [0.36280170, 0.30352152, 0.33367677], [0.34147056, 0.32344940, 0.33508004]]
console.log(weights.sum(1).toArray()); // [1, 1, 1]
console.log(output.toNested()); // [[-0.26113121, 0.30624840, -0.41081797], [-0.25668625, 0.29631395, -0.40534006], [-0.26016477, 0.30404432, -0.40966904]]

// A word may look at itself and at earlier ones.
const causal = scaledDotProductAttention(Q, K, V, { causal: true });
console.log(causal.weights.toNested()); // [[1, 0, 0], [0.54448305, 0.45551695, 0], [0.34147056, 0.32344940, 0.33508004]]

// The gradient of ‖output‖² by the weights of queries: small, because the weights are nearly equal.
const loss = (wq: NDArray) => scaledDotProductAttention(X.matmul(wq), K, V).output.square().sum();
console.log(grad(loss)(WQ).toNested()); // [[-0.00931652, -0.03493103, 0.00456880], [-0.01143198, -0.04287664, 0.00569784], [-0.00929707, -0.03485212, 0.00452002], [-0.00938531, -0.03521037, 0.00474281]]
