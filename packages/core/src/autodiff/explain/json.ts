// A trace as plain data, for files, figures and other programs.
import type { NDArray, NestedNumbers } from "../../array/index.ts";
import type { TraceData } from "./explain.ts";
import type { NestedJSON, NodeJSON, TraceJSON, ValueJSON } from "./trace.ts";

const WHOLE = 64; // values up to this many entries are written whole

export function toJSON({ steps, output }: TraceData): TraceJSON {
  return { version: "steepest-trace/1", output: output.id, nodes: steps.map(nodeToJSON) };
}

function nodeToJSON(step: TraceData["steps"][number]): NodeJSON {
  return {
    id: step.id,
    name: step.name,
    op: step.op,
    formula: step.formula,
    inputs: step.inputIds,
    shape: step.value.shape,
    dtype: step.value.dtype,
    value: valueToJSON(step.value),
    localDerivatives: step.localDerivatives.map((local, k) =>
      local === undefined ? `∂${step.name}/∂${step.inputs[k]}` : valueToJSON(local),
    ),
    contributions: step.contributions.map(({ fromId, adjoint }) => ({ from: fromId, adjoint: valueToJSON(adjoint) })),
    adjoint: valueToJSON(step.adjoint),
    ...(step.site === undefined ? {} : { site: step.site }),
  };
}

function valueToJSON(x: NDArray): ValueJSON {
  if (x.size <= WHOLE) return safe(x.toNested());
  const values = x.toArray();
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return { shape: x.shape, min: safe(low), max: safe(high), mean: safe(mean), first: safe(values.slice(0, 8)) };
}

function safe(x: NestedNumbers): NestedJSON {
  if (typeof x !== "number") return x.map(safe);
  return Number.isFinite(x) ? x : String(x);
}
