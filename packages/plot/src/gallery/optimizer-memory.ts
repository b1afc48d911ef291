import { zeros } from "steepest";
import {
  adagrad,
  adam,
  adamw,
  lion,
  muon,
  type Optimizer,
  rmsprop,
  scheduleFree,
  sgd,
  stateBytes,
} from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { optimizerMemory } from "../figures/optimizer-memory.ts";
import { withNote } from "./with-note.ts";

const learningRate = 1e-3;

export function optimizerMemoryFigure(options: FigureOptions = {}): Figure {
  const rules: Readonly<Record<string, Optimizer>> = {
    SGD: sgd({ learningRate }),
    momentum: sgd({ learningRate, momentum: 0.9 }),
    Adagrad: adagrad({ learningRate }),
    RMSprop: rmsprop({ learningRate }),
    Lion: lion({ learningRate }),
    Muon: muon({ learningRate }),
    Adam: adam({ learningRate }),
    AMSGrad: adam({ learningRate, amsgrad: true }),
    "schedule-free SGD": scheduleFree(sgd({ learningRate })),
    "schedule-free AdamW": scheduleFree(adamw({ learningRate, beta1: 0 })),
  };
  const params = zeros([256, 256], { dtype: "f32" });
  const rows = Object.entries(rules).map(([name, rule]) => ({
    name,
    bytesPerParameter: Math.round(stateBytes(rule, params).total / params.size), // two scalars per leaf aside
  }));
  return withNote(
    optimizerMemory(rows, options),
    "Counted on a matrix of 65,536 parameters in f32, each of which takes 4 bytes itself. Lion keeps half of what Adam keeps.",
  );
}
