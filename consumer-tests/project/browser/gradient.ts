// Arrays, autodiff and one optimizer: what a small page needs.
import { grad, type Scalar } from "steepest";
import { sgd } from "steepest/optim";

const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.square().add(x.mul(y)).add(y.square());
const g = grad(f)({ x: 1, y: 2 });
if (sgd({ learningRate: 0.1 }).init === undefined) throw new Error("sgd has no init");
console.log(g.x.item(), g.y.item());
