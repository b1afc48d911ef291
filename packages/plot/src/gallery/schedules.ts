import { cosine, inverseSqrt, linear, oneCycle, stepDecay, warmup, warmupStableDecay } from "steepest/optim";
import type { Figure, FigureOptions } from "../figure.ts";
import { schedules } from "../figures/schedules.ts";
import { withNote } from "./with-note.ts";

const steps = 100;

export function schedulesFigure(options: FigureOptions = {}): Figure {
  const figure = schedules(
    {
      "warm-up, then cosine": warmup(10, cosine({ base: 1, steps: steps - 10 })),
      linear: linear({ from: 1, to: 0, steps }),
      "1cycle": oneCycle({ peak: 1, steps }),
      "warm-up, stable, decay": warmupStableDecay({ base: 1, steps, warmup: 10 }),
      "step decay": stepDecay({ base: 1, factor: 0.5, every: 25 }),
      "inverse square root": inverseSqrt({ base: 1, scale: 10 }),
    },
    steps + 1,
    options,
  );
  return withNote(
    figure,
    "1cycle is the form of fastai and PyTorch, two halves of a cosine; Smith's own is linear, with two equal ramps and a last phase below them.",
  );
}
