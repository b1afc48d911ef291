import type { NodeJSON, Trace, TraceJSON } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { frame, specification } from "../shared/frame.ts";
import { type GraphLayout, type GraphNode, type LayoutOptions, layeredGraph } from "../shared/layered-graph.ts";
import { formatNumber } from "../shared/numbers.ts";
import { fitText, widest } from "../shared/text-width.ts";
import type { Theme } from "../shared/theme.ts";
import { requireSome } from "../shared/values.ts";

/**
 * The graph of `explain`: each box holds a formula, its value and its adjoint ∂L/∂node; each edge the local derivative by
 * which the adjoint of its consumer is multiplied on the way back (numbers only; matrices are in the trace). Parameters have a blue frame, the output a green one.
 *
 * Reads from left to right; from top to bottom where `width` is too small for that. The picture is as wide as the graph needs.
 * @throws DataError for a trace without nodes.
 *
 * @example
 * ```ts
 * import { backprop } from "@steepest/plot";
 * import { explain, type Scalar } from "steepest";
 * const trace = explain(({ w }: { w: Scalar }) => w.mul(3).square(), { w: 2 });
 * backprop(trace).description; // "Output h2 = 36; adjoints of the parameters: w 36."
 * ```
 */
export function backprop(trace: Trace | TraceJSON, options: FigureOptions = {}): Figure {
  const { nodes, output } = "nodes" in trace ? trace : trace.toJSON();
  requireSome("backprop", "nodes", nodes.length);
  const boxes = nodes.map((node) => boxOf(node, node.id === output));
  const graph = layOut(boxes, options.width);
  const margins = { left: sides / 2, right: sides / 2, top: 10, bottom: 14 };
  const needed = Math.max(240, graph.width + sides);
  const box = frame(
    { ...options, width: Math.max(needed, options.width ?? 0) },
    {
      owner: "backprop",
      title: "Backpropagation",
      width: needed,
      height: { plot: graph.height },
      margins,
    },
  );
  const result = nodes.find(({ id }) => id === output) ?? nodes[nodes.length - 1]!;
  const parameters = nodes.filter(({ op }) => op === "parameter");
  const description =
    options.description ??
    `Output ${result.name} = ${write(result.value)}; adjoints of the parameters: ${parameters.map((p) => `${p.name} ${write(p.adjoint)}`).join(", ")}.`;
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [
        { name: "boxes", values: boxes.map((b) => boxDatum(b, graph)) },
        { name: "edges", values: boxes.flatMap((b) => edgesInto(b, boxes, graph)) },
      ],
      marks: [edgeMark(box.theme), boxMark(box.theme), ...lineMarks(box.theme), ...derivativeMarks(box.theme)],
    }),
    table: () =>
      nodes.map((node) => ({
        node: node.name,
        formula: node.formula,
        value: plain(node.value),
        adjoint: plain(node.adjoint),
        "local derivatives": node.localDerivatives.map(write).join(", "),
      })),
  });
}

interface Box extends GraphNode {
  readonly role: "parameter" | "constant" | "inner" | "output";
  readonly lines: readonly [string, string, string];
  readonly derivatives: readonly string[];
}

const sides = 28; // left and right of the graph together
const padding = 9;
const lineHeight = 15;
const textLimit = 170;

function boxOf(node: NodeJSON, isOutput: boolean): Box {
  const leaf = node.inputs.length === 0;
  const lines = [
    fitText(leaf ? node.name : `${node.name} = ${node.formula}`, textLimit, 12),
    `value ${write(node.value)}`,
    node.op === "constant" ? "" : `adjoint ${write(node.adjoint)}`,
  ] as const;
  const used = lines.filter((line) => line !== "");
  return {
    id: node.id,
    inputs: node.inputs,
    role: isOutput ? "output" : node.op === "parameter" || node.op === "constant" ? node.op : "inner",
    lines,
    derivatives: node.localDerivatives.map((local) => (typeof local === "number" ? formatNumber(local) : "")),
    width: Math.max(widest(lines.slice(0, 1), 210, 13.4), widest(lines.slice(1), 200)) + 2 * padding,
    height: used.length * lineHeight + 2 * padding - 4,
  };
}

interface Drawing extends GraphLayout {
  readonly direction: LayoutOptions["direction"];
}

function layOut(boxes: readonly Box[], width: number | undefined): Drawing {
  const flat = layeredGraph(boxes, { direction: "right", layerGap: 46, nodeGap: 16 });
  if (width === undefined || flat.width + sides <= width) return { ...flat, direction: "right" };
  return { ...layeredGraph(boxes, { direction: "down", layerGap: 40, nodeGap: 14 }), direction: "down" };
}

function boxDatum(box: Box, { places }: Drawing): JsonObject {
  const { x, y } = places.get(box.id)!;
  return {
    x,
    y,
    width: box.width,
    height: box.height,
    role: box.role,
    line1: box.lines[0],
    line2: box.lines[1],
    line3: box.lines[2],
  };
}

/** Curves from the sides that face each other, around what lies between; the label stands at the middle of the first bend. */
function edgesInto(consumer: Box, boxes: readonly Box[], { places, route, direction }: Drawing): JsonObject[] {
  const to = places.get(consumer.id)!;
  const right = direction === "right";
  return consumer.inputs.map((id, k) => {
    const source = boxes.find((box) => box.id === id)!;
    const from = places.get(id)!;
    const start: Point = right
      ? [from.x + source.width, from.y + source.height / 2]
      : [from.x + source.width / 2, from.y + source.height];
    const end: Point = right ? [to.x, to.y + consumer.height / 2] : [to.x + consumer.width / 2, to.y];
    const stops = [start, ...route(id, consumer.id), end];
    const [x, y] = middle(stops[0]!, stops[1]!);
    // equal inputs (x·x) draw one curve; their labels stand below each other
    const repeat = consumer.inputs.slice(0, k).filter((other) => other === id).length;
    return { path: curveThrough(stops, right), x, y: y + 12 * repeat, text: consumer.derivatives[k]! };
  });
}

type Point = readonly [x: number, y: number];

const middle = ([x1, y1]: Point, [x2, y2]: Point): Point => [(x1 + x2) / 2, (y1 + y2) / 2];

function curveThrough(stops: readonly Point[], right: boolean): string {
  const pieces = stops.slice(1).map((to, i) => {
    const from = stops[i]!;
    const [mx, my] = middle(from, to);
    return right ? `C${mx},${from[1]} ${mx},${to[1]} ${to.join()}` : `C${from[0]},${my} ${to[0]},${my} ${to.join()}`;
  });
  return `M${stops[0]!.join()}${pieces.join("")}`;
}

function boxMark({ ink, muted, paper, series }: Theme): JsonObject {
  const colors = { parameter: series[0]!, constant: muted, inner: ink, output: series[2]! };
  return {
    type: "rect",
    from: { data: "boxes" },
    encode: {
      enter: {
        x: { field: "x" },
        y: { field: "y" },
        width: { field: "width" },
        height: { field: "height" },
        cornerRadius: { value: 5 },
        fill: { value: paper },
        stroke: [
          ...Object.entries(colors).map(([role, value]) => ({ test: `datum.role === '${role}'`, value })),
          { value: ink },
        ],
        strokeWidth: { signal: "datum.role === 'inner' ? 1 : datum.role === 'constant' ? 1 : 2" },
        strokeDash: { signal: "datum.role === 'constant' ? [3, 3] : []" },
      },
    },
  };
}

function lineMarks(theme: Theme): JsonObject[] {
  return [1, 2, 3].map((line) => ({
    type: "text",
    from: { data: "boxes" },
    encode: {
      enter: {
        x: { field: "x", offset: padding },
        y: { field: "y", offset: padding + lineHeight * (line - 1) + 9 },
        text: { field: `line${line}` },
        fill: { value: line === 2 ? theme.muted : theme.ink },
        fontSize: { value: line === 1 ? 12 : 11 },
        fontWeight: { value: line === 1 ? "bold" : "normal" },
      },
    },
  }));
}

function edgeMark(theme: Theme): JsonObject {
  return {
    type: "path",
    from: { data: "edges" },
    encode: { enter: { path: { field: "path" }, stroke: { value: theme.muted }, strokeWidth: { value: 1.25 } } },
  };
}

function derivativeMarks(theme: Theme): JsonObject[] {
  const text = (style: JsonObject): JsonObject => ({
    type: "text",
    from: { data: "edges" },
    encode: {
      enter: {
        x: { field: "x" },
        y: { field: "y" },
        text: { field: "text" },
        align: { value: "center" },
        baseline: { value: "middle" },
        fontSize: { value: 10.5 },
        ...style,
      },
    },
  });
  return [
    text({ fill: { value: theme.paper }, stroke: { value: theme.paper }, strokeWidth: { value: 5 } }),
    text({ fill: { value: theme.ink } }),
  ];
}

type ValueJSON = NodeJSON["localDerivatives"][number];

/** Numbers as they are, up to three entries in a list, larger values by their shape. */
function write(value: ValueJSON): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const flat = value.every((entry) => !Array.isArray(entry)) && value.length <= 3;
    return flat ? `[${value.map(write).join(", ")}]` : `[${shapeOf(value).join(" × ")}]`;
  }
  return `[${(value as { shape: readonly number[] }).shape.join(" × ")}]`;
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

const plain = (value: ValueJSON) => (typeof value === "number" ? value : write(value));
