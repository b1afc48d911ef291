// Optimizers from one start on one surface.
import { array, compile, type NDArray, valueAndGrad } from "steepest";
import { stateBytes } from "steepest/optim";
import { createOptimizer, type OptimizerChoice } from "../optimizer/choice.ts";
import { createSchedule, type ScheduleChoice } from "../optimizer/schedule.ts";
import type { Found } from "./comparison.ts";
import type { Surface } from "./surfaces.ts";

/** Beyond so many times the first value a run has burst: its picture and its last digits say nothing. */
const BURST = 1e6;

/** Value and gradient, compiled once for all optimizers. */
export function slopeOf({ f }: Surface): (w: NDArray) => { value: number; grad: NDArray } {
  const slope = compile((w: NDArray) => valueAndGrad(f)(w));
  return (w) => {
    const { value, grad } = slope(w);
    return { value: value.item(), grad };
  };
}

export function runOnSurface(
  surface: Surface,
  slope: ReturnType<typeof slopeOf>,
  choice: OptimizerChoice,
  schedule: ScheduleChoice,
  steps: number,
): Found {
  const optimizer = createOptimizer(choice, { rate: createSchedule(schedule, choice.learningRate, steps) });
  let params: NDArray = array([...surface.start]);
  let state = optimizer.init(params);
  const first = slope(params).value;
  const values = [first];
  const path: [number, number][] = [[...surface.start]];
  for (let t = 0; t < steps; t++) {
    [params, state] = optimizer.step(params, slope(optimizer.gradParams(params, state)).grad, state);
    const at = optimizer.evalParams(params, state);
    const { value } = slope(at);
    if (!(value <= BURST * first)) break;
    values.push(value);
    path.push(at.toArray() as [number, number]);
  }
  return {
    optimizer: choice.name,
    learningRate: choice.learningRate,
    values,
    path,
    bytesPerParameter: bytesOf(choice),
  };
}

/** On a matrix, where the two numbers that some keep per array do not count. */
export function bytesOf(choice: OptimizerChoice): number {
  const w = array(new Float64Array(64 * 64)).reshape(64, 64);
  return Math.round(stateBytes(createOptimizer(choice), w).total / w.size);
}
