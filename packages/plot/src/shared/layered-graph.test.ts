import { describe, expect, it } from "vitest";
import { type GraphNode, layeredGraph } from "./layered-graph.ts";

const node = (id: number, ...inputs: number[]): GraphNode => ({ id, inputs, width: 60, height: 30 });
const options = { direction: "right", layerGap: 40, nodeGap: 10 } as const;

// w·x → relu → + b, with b used at the end and x used twice
const nodes = [node(0), node(1), node(2, 0, 1), node(3, 2), node(4), node(5, 3, 4), node(6, 5, 1)];

describe("layeredGraph", () => {
  it("puts inputs before their users, in both directions", () => {
    for (const direction of ["right", "down"] as const) {
      const { places } = layeredGraph(nodes, { ...options, direction });
      const depth = (id: number) => (direction === "right" ? places.get(id)!.x : places.get(id)!.y);
      for (const { id, inputs } of nodes) for (const input of inputs) expect(depth(input)).toBeLessThan(depth(id));
    }
  });

  it("puts a source right before its first user", () => {
    const { places } = layeredGraph(nodes, options);
    expect(places.get(4)!.x).toBe(places.get(3)!.x);
  });

  it("overlaps no two nodes and stays within its size", () => {
    const { places, width, height } = layeredGraph(nodes, options);
    const boxes = nodes.map(({ id }) => places.get(id)!);
    for (const [i, a] of boxes.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + 60 <= width && a.y + 30 <= height).toBe(true);
      for (const b of boxes.slice(0, i)) expect(Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 30).toBe(true);
    }
  });

  it("routes long edges between the boxes of the layers they pass", () => {
    const { places, route } = layeredGraph(nodes, options);
    expect(route(0, 2)).toEqual([]);
    const stops = route(1, 6);
    expect(stops).toHaveLength(2 * 3); // layers of 2, 3 and 5
    for (const [x, y] of stops) {
      const hit = nodes
        .map(({ id }) => places.get(id)!)
        .filter((b) => x >= b.x && x <= b.x + 60 && y > b.y && y < b.y + 30);
      expect(hit).toEqual([]);
    }
  });
});
