import { explain, type Scalar } from "steepest";
import type { Figure, FigureOptions } from "../figure.ts";
import { backprop } from "../figures/backprop.ts";

/** h = w·x; a = relu(h); ŷ = v·a; L = (ŷ − y)² at x = 2, w = 3, v = 0.5, y = 4. */
export function backpropFigure(options: FigureOptions = {}): Figure {
  const trace = explain(
    ({ w, v, x, y }: { w: Scalar; v: Scalar; x: Scalar; y: Scalar }, label) => {
      const h = label("h", w.mul(x));
      const a = label("a", h.relu());
      return label("L", label("ŷ", v.mul(a)).sub(y).square());
    },
    { w: 3, v: 0.5, x: 2, y: 4 },
  );
  return backprop(trace, { title: "Backpropagation of a small net", ...options });
}
