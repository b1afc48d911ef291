// A net of two layers, backpropagated by hand, by `grad`, and against differences.
import { checkGradient, grad, type Scalar } from "steepest";

/** ŷ = v·relu(w·x), L = (ŷ − y)² */
class ByHand {
  readonly w = 3;
  readonly v = 0.5;

  forward(x: number): { x: number; h: number; a: number; prediction: number } {
    const h = this.w * x;
    const a = Math.max(0, h);
    return { x, h, a, prediction: this.v * a };
  }

  backward(y: number, { x, h, a, prediction }: ReturnType<ByHand["forward"]>) {
    const dPrediction = 2 * (prediction - y);
    const da = dPrediction * this.v;
    const dh = h > 0 ? da : 0;
    return { dPrediction, dv: dPrediction * a, da, dh, dw: dh * x, dx: dh * this.w };
  }
}
const net = new ByHand();
const cache = net.forward(2);
const hand = net.backward(4, cache);
console.log(cache.h, cache.a, cache.prediction, (cache.prediction - 4) ** 2); // 6 6 3 1
console.log(hand); // { dPrediction: -2, dv: -12, da: -1, dh: -1, dw: -2, dx: -3 }

interface Net {
  w: Scalar;
  v: Scalar;
  x: Scalar;
}
const loss = ({ w, v, x }: Net) => v.mul(w.mul(x).relu()).sub(4).square();
const at = { w: 3, v: 0.5, x: 2 };
const g = grad(loss)(at);
console.log(g.w.item() === hand.dw, g.v.item() === hand.dv, g.x.item() === hand.dx); // true true true
console.log(checkGradient(loss, at).passed); // true

// 200 steps of descent fit the pair.
let [w, v] = [3, 0.5];
for (let i = 0; i < 200; i++) {
  const slope = grad(loss)({ w, v, x: 2 });
  [w, v] = [w - 0.01 * slope.w.item(), v - 0.01 * slope.v.item()];
}
console.log((v * w * 2).toFixed(6)); // 4.000000
