// Backpropagation, node by node: w = 3, v = 0.5, x = 2, y = 4.
import { explain, type Scalar } from "steepest";

interface Net {
  w: Scalar;
  v: Scalar;
}
const trace = explain(
  ({ w, v }: Net, label) => {
    const h = label("h", w.mul(2));
    const a = label("a", h.relu());
    const prediction = label("ŷ", v.mul(a));
    return label("L", prediction.sub(4).pow(2));
  },
  { w: 3, v: 0.5 },
);

console.log(trace.adjointOf("w").item(), trace.adjointOf("v").item()); // -2 -12
console.log(trace.forward.map((step) => `${step.name} = ${step.formula} = ${step.value}`).join("\n"));
console.log(trace.toTable());
