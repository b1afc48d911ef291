import { describe, expect, it } from "vitest";
import { array, explain, grad, type Label, type NDArray, type Scalar } from "../../index.ts";

interface Net {
  x: Scalar;
  w: Scalar;
  v: Scalar;
  y: Scalar;
}
// The tutorial's two-layer network; L = 1, ∂ŷ = −2, ∂v = −12, ∂a = −1, ∂w = −2, ∂x = −3, ∂y = 2.
const net = explain(
  ({ x, w, v, y }: Net, label) => {
    const h = label("h", w.mul(x));
    const a = label("a", h.relu());
    const yHat = label("ŷ", v.mul(a));
    return label("L", yHat.sub(y).pow(2));
  },
  { x: 2, w: 3, v: 0.5, y: 4 },
);

describe("explain", () => {
  it("gives the values and adjoints of the tutorial's network", () => {
    expect(Object.fromEntries(net.forward.map((s) => [s.name, s.value.item()]))).toEqual({
      h: 6,
      a: 6,
      ŷ: 3,
      h1: -1,
      L: 1,
    });
    const expected = { L: 1, h1: -2, ŷ: -2, a: -1, h: -1, v: -12, w: -2, x: -3, y: 2 };
    for (const [name, value] of Object.entries(expected)) expect(net.adjointOf(name).item(), name).toBe(value);
  });

  it("gives each local derivative", () => {
    const locals = Object.fromEntries(net.forward.map((s) => [s.name, s.localDerivatives.map((d) => d!.item())]));
    expect(locals).toEqual({ h: [2, 3], a: [1], ŷ: [6, 0.5], h1: [1, -1], L: [-2] });
  });

  it("reads as a table", () => {
    expect(net.toTable()).toMatchInlineSnapshot(`
      "forward
        h = w·x      6
        a = relu(h)  6
        ŷ = v·a      3
        h1 = ŷ − y   −1
        L = h1²      1

      backward
        ∂L/∂L                                = 1
        ∂L/∂h1  = ∂L/∂L·∂L/∂h1 = 1·(−2)      = −2
        ∂L/∂ŷ   = ∂L/∂h1·∂h1/∂ŷ = (−2)·1     = −2
        ∂L/∂a   = ∂L/∂ŷ·∂ŷ/∂a = (−2)·0.5     = −1
        ∂L/∂h   = ∂L/∂a·∂a/∂h = (−1)·1       = −1
        ∂L/∂x   = ∂L/∂h·∂h/∂x = (−1)·3       = −3
        ∂L/∂w   = ∂L/∂h·∂h/∂w = (−1)·2       = −2
        ∂L/∂v   = ∂L/∂ŷ·∂ŷ/∂v = (−2)·6       = −12
        ∂L/∂y   = ∂L/∂h1·∂h1/∂y = (−2)·(−1)  = 2"
    `);
  });

  it("names intermediates h1, h2, … without labels", () => {
    const trace = explain(({ w, v }: { w: Scalar; v: Scalar }) => v.mul(w.mul(2).relu()).sub(4).pow(2), {
      w: 3,
      v: 0.5,
    });
    expect(trace.forward.map((s) => `${s.name} = ${s.formula}`)).toEqual([
      "h1 = w·2",
      "h2 = relu(h1)",
      "h3 = v·h2",
      "h4 = h3 − 4",
      "h5 = h4²",
    ]);
  });

  it("keeps its invariants on a graph with fan-out", () => {
    // micrograd's README example: value 24.70408163265306, ∂a 138.83381924198252, ∂b 645.5772594752186
    const f = ({ a, b }: { a: Scalar; b: Scalar }) => {
      let c = a.add(b);
      let d = a.mul(b).add(b.pow(3));
      c = c.add(c.add(1));
      c = c.add(c.add(1).add(a.neg()));
      d = d.add(d.mul(2).add(b.add(a).relu()));
      d = d.add(d.mul(3).add(b.sub(a).relu()));
      const g = c.sub(d).pow(2);
      return g.div(2).add(scalarTen.div(g)) as Scalar;
    };
    const scalarTen = array(10) as Scalar;
    const point = { a: -4, b: 2 };
    const trace = explain(f, point);
    const g = grad(f)(point);
    expect(trace.adjointOf("a").item()).toBe(g.a.item());
    expect(trace.adjointOf("b").item()).toBe(g.b.item());
    for (const step of [...trace.backward]) {
      if (step.name === trace.output) continue;
      const total = step.contributions.reduce((sum, c) => sum + c.adjoint.item(), 0);
      expect(step.adjoint.item()).toBeCloseTo(total, 9);
      for (const { fromId, adjoint } of step.contributions) {
        const consumer = trace.backward.find((s) => s.id === fromId)!;
        const local = consumer.inputIds.reduce(
          (sum, id, k) => (id === step.id ? sum + consumer.localDerivatives[k]!.item() : sum),
          0,
        );
        expect(adjoint.item()).toBeCloseTo(consumer.adjoint.item() * local, 9);
      }
    }
    expect(trace.backward.find((s) => s.name === "a")!.contributions.length).toBeGreaterThan(2);
  });

  it("explains arrays: shapes, small Jacobians, gradients equal to grad", () => {
    const X = array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const loss = ({ w }: { w: NDArray }, label: Label = (_, x) => x) =>
      label("r", X.matmul(w).sub([1, 2, 3]))
        .square()
        .mean();
    const trace = explain(loss, { w: [0.5, -0.5] });
    expect(trace.adjointOf("w").toArray()).toEqual(grad(loss)({ w: [0.5, -0.5] }).w.toArray());
    const product = trace.forward.find((s) => s.op === "matmul")!;
    expect(product.localDerivatives[1]!.shape).toEqual([3, 1, 2, 1]);
    expect(product.localDerivatives[1]!.flatten().toArray()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("says which line made a node", () => {
    expect(net.forward[0]!.site).toMatch(/explain\.test\.ts:\d+:\d+$/);
  });

  it("offers the nearest name", () => {
    expect(() => net.adjointOf("LL")).toThrow('explain: there is no "LL" in the trace. Did you mean "L"');
  });

  it("writes JSON with every node and its contributions", () => {
    const { version, nodes, output } = net.toJSON();
    expect(version).toBe("steepest-trace/1");
    expect(nodes[output]!.name).toBe("L");
    const w = nodes.find((n) => n.name === "w")!;
    expect(w).toMatchObject({ op: "parameter", value: 3, adjoint: -2, contributions: [{ adjoint: -2 }] });
    expect(JSON.parse(JSON.stringify(net))).toEqual(JSON.parse(JSON.stringify(net.toJSON())));
  });

  it("draws a graph", () => {
    const dot = net.toDot();
    expect(dot).toContain('label="h = w·x\\nvalue 6\\n∂L/∂h = −1"');
    expect(dot).toMatch(/n\d+ -> n\d+ \[label="2"\];/);
  });
});
