// Places the nodes of an acyclic graph: what a node needs lies before it, and neighbors lie near each other.

export interface GraphNode {
  readonly id: number;
  /** Nodes that come before. */
  readonly inputs: readonly number[];
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly id: number;
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<number, Placed>;
  /** Where the edge from one node to another passes the layers in between: empty for neighbors. */
  route(from: number, to: number): readonly (readonly [x: number, y: number])[];
}

export interface LayoutOptions {
  /** "right": inputs on the left, for wide pictures; "down": inputs on top, for narrow ones. */
  readonly direction: "right" | "down";
  /** Between layers, and between nodes of one layer. */
  readonly layerGap: number;
  readonly nodeGap: number;
}

/** Nodes must come in topological order. */
export function layeredGraph(nodes: readonly GraphNode[], options: LayoutOptions): GraphLayout {
  const layerOf = assignLayers(nodes);
  const { all, layers: layerOfAll, chains } = bendLongEdges(nodes, layerOf);
  const layers = orderLayers(all, layerOfAll);
  const right = options.direction === "right";
  const along = (node: GraphNode) => (right ? node.width : node.height);
  const across = (node: GraphNode) => (right ? node.height : node.width);
  const breadth = (layer: readonly GraphNode[]) =>
    layer.reduce((sum, node) => sum + across(node), 0) + options.nodeGap * (layer.length - 1);
  const broadest = Math.max(...layers.map(breadth));
  const places = new Map<number, Placed>();
  const extents = new Map<number, readonly [start: number, end: number]>();
  let start = 0;
  for (const layer of layers) {
    const depth = Math.max(...layer.map(along));
    let side = (broadest - breadth(layer)) / 2;
    for (const node of layer) {
      const offset = start + (depth - along(node)) / 2;
      places.set(node.id, right ? { id: node.id, x: offset, y: side } : { id: node.id, x: side, y: offset });
      extents.set(node.id, [start, start + depth]);
      side += across(node) + options.nodeGap;
    }
    start += depth + options.layerGap;
  }
  const length = start - options.layerGap;
  const route = (from: number, to: number) =>
    // straight through the whole depth of each layer in between
    (chains.get(`${from} ${to}`) ?? []).flatMap((id) => {
      const { x, y } = places.get(id)!;
      return extents.get(id)!.map((depth) => (right ? ([depth, y] as const) : ([x, depth] as const)));
    });
  return { ...(right ? { width: length, height: broadest } : { width: broadest, height: length }), places, route };
}

/** Longest path from the sources; a source itself stands right before the first node that uses it. */
function assignLayers(nodes: readonly GraphNode[]): ReadonlyMap<number, number> {
  const layer = new Map<number, number>();
  for (const node of nodes) layer.set(node.id, 1 + Math.max(-1, ...node.inputs.map((id) => layer.get(id) ?? 0)));
  for (const node of nodes.filter(({ inputs }) => inputs.length === 0)) {
    const users = nodes.filter(({ inputs }) => inputs.includes(node.id)).map(({ id }) => layer.get(id)!);
    if (users.length > 0) layer.set(node.id, Math.min(...users) - 1);
  }
  return layer;
}

// An edge over several layers gets a point in each layer between, so that it goes around the nodes there. Points have negative ids.
function bendLongEdges(nodes: readonly GraphNode[], layerOf: ReadonlyMap<number, number>) {
  const layers = new Map(layerOf);
  const chains = new Map<string, readonly number[]>();
  const points: GraphNode[] = [];
  const bent = nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => {
      const chain = chains.get(`${input} ${node.id}`) ?? [];
      let last = chain.at(-1) ?? input;
      if (chain.length > 0) return last;
      const added: number[] = [];
      for (let layer = layerOf.get(input)! + 1; layer < layerOf.get(node.id)!; layer++) {
        const id = -1 - points.length;
        points.push({ id, inputs: [last], width: 0, height: 0 });
        layers.set(id, layer);
        added.push(id);
        last = id;
      }
      if (added.length > 0) chains.set(`${input} ${node.id}`, added);
      return last;
    }),
  }));
  return { all: [...bent, ...points], layers, chains };
}

// Barycenters: each node moves to the mean position of its neighbors, forth and back, until few edges cross.
function orderLayers(nodes: readonly GraphNode[], layerOf: ReadonlyMap<number, number>): GraphNode[][] {
  const layers: GraphNode[][] = [];
  for (const node of nodes) {
    const k = layerOf.get(node.id)!;
    layers[k] ??= [];
    layers[k].push(node);
  }
  const filled = layers.filter((layer) => layer !== undefined);
  const users = new Map(
    nodes.map(({ id }) => [id, nodes.filter(({ inputs }) => inputs.includes(id)).map((n) => n.id)]),
  );
  for (let sweep = 0; sweep < 8; sweep++) {
    const position = new Map(
      filled.flatMap((layer) => layer.map(({ id }, i) => [id, (i + 0.5) / layer.length] as const)),
    );
    const neighbors = ({ id, inputs }: GraphNode) => (sweep % 2 === 0 ? inputs : users.get(id)!);
    const barycenter = (node: GraphNode) => {
      const near = neighbors(node);
      if (near.length === 0) return position.get(node.id)!;
      return near.reduce((sum, id) => sum + position.get(id)!, 0) / near.length;
    };
    // the sort is stable: ties keep their order
    for (const layer of filled) layer.sort((a, b) => barycenter(a) - barycenter(b));
  }
  return filled;
}
