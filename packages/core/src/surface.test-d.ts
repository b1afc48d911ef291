// What the compiler must reject, across entry points. Each line is part of the public contract; nothing here runs.
import { compile, grad, type NDArray, type Scalar } from "./index.ts";
import { crossEntropy, mse } from "./losses/index.ts";
import { linearRegression } from "./models/index.ts";
import { sgd } from "./optim/index.ts";
import { fold, key } from "./random/index.ts";

// @ts-expect-error: the loss is a vector; `grad` needs a scalar.
grad((p: { w: NDArray }) => p.w.square());
// @ts-expect-error: no silent default for the learning rate.
sgd({});
// @ts-expect-error: misspelt option.
sgd({ learningRate: 1e-3, momentun: 0.9 });
// @ts-expect-error: gradients of another model.
sgd({ learningRate: 1e-3 }).step({ w: {} as NDArray }, { v: {} as NDArray }, {} as never);
// @ts-expect-error: a configuration belongs in the closure, not in the arguments of a compiled function.
compile((x: NDArray, power: number) => x.pow(power));
// @ts-expect-error: float labels for a loss of classes.
crossEntropy({} as NDArray, {} as NDArray);
// @ts-expect-error: misspelt option of a loss.
mse({} as NDArray, [1], { reduce: "sum" });
// @ts-expect-error: randomness is a key, not a seed.
fold(1, "weights");
// @ts-expect-error: not fitted.
linearRegression().coef;
export const fine: Scalar = mse({} as NDArray, [1]);
export const root: ReturnType<typeof fold> = fold(key(1), "weights");
