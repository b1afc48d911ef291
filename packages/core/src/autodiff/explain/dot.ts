// The graph of a trace in the language of Graphviz.
import type { TraceData } from "./explain.ts";
import { printValue } from "./table.ts";

export function toDot({ steps, output }: TraceData): string {
  const nodes = steps.map((step) => {
    const title = step.op === "parameter" || step.op === "constant" ? step.name : `${step.name} = ${step.formula}`;
    const adjoint = step.op === "constant" ? [] : [`∂${output.name}/∂${step.name} = ${printValue(step.adjoint)}`];
    const text = [title, ...(step.op === "constant" ? [] : [`value ${printValue(step.value)}`]), ...adjoint].join("\n");
    const shape = step.op === "parameter" ? "ellipse" : step.op === "constant" ? "plaintext" : "box";
    return `  n${step.id} [shape=${shape}, label=${quote(text)}];`;
  });
  const edges = steps.flatMap((step) =>
    step.inputIds.map((from, k) => {
      const local = step.localDerivatives[k];
      const label =
        local !== undefined && local.shape.length === 0 && steps[from]!.op !== "constant"
          ? ` [label=${quote(printValue(local))}]`
          : "";
      return `  n${from} -> n${step.id}${label};`;
    }),
  );
  return ["digraph trace {", "  rankdir=LR;", '  node [fontname="sans-serif"];', ...nodes, ...edges, "}"].join("\n");
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
