// Self-attention of three words by the layer of steepest/nn. X is from the tutorial; its W are NumPy's seed 42, half standard normal.
import { array } from "steepest";
import { scaledDotProductAttention } from "steepest/nn";
import type { Figure, FigureOptions } from "../figure.ts";
import { attention } from "../figures/attention.ts";
import { withNote } from "./with-note.ts";

const words = ["The", "cat", "sat"];
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

export function attentionFigure(options: FigureOptions = {}): Figure {
  const { weights } = scaledDotProductAttention(X.matmul(WQ), X.matmul(WK), X);
  const figure = attention(weights, words, { title: "Attention of three words", ...options });
  return withNote(
    figure,
    "Scores are divided by √3, which gives them variance 1 where entries of Q and K have it. The weights were never trained, so they are nearly equal.",
  );
}

/** The same words, each seeing itself and those before it. */
export function causalAttentionFigure(options: FigureOptions = {}): Figure {
  const { weights } = scaledDotProductAttention(X.matmul(WQ), X.matmul(WK), X, { causal: true });
  const figure = attention(weights, words, { title: "Causal attention of three words", ...options });
  return withNote(
    figure,
    "Later words get weight 0 exactly: their scores are −∞ before the softmax, so that the others share what they had.",
  );
}
