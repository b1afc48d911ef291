import { grad, type NDArray, type Scalar } from "steepest";
import { logisticRegression } from "steepest/models";

const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.square().add(x.mul(y)).add(y.square());
export const slope: Scalar = grad(f)({ x: 1, y: 2 }).x;

const model = logisticRegression({ l2: 1e-2 }).fit([[0.2], [0.9], [1.4], [2.2]], ["no", "no", "yes", "yes"]);
export const labels: readonly string[] = model.predict([[2]]);

// @ts-expect-error: a loss must be a scalar
grad((x: NDArray) => x.mul(2));
