import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const seed = "h = w*x; a = relu(h); ŷ = v*a; L = (ŷ-y)^2";
const at = ["--at", "x=2,w=3,v=0.5,y=4"];

describe("steepest explain", () => {
  it("shows both passes of the net, step by step", async () => {
    const { code, stdout, stderr } = await cli.run(["explain", seed, ...at]);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot();
    expect(code).toBe(0);
  });

  it("gives the same numbers as JSON, with the whole trace", async () => {
    const { stdout } = await cli.run(["explain", seed, ...at, "--json"]);
    const result = JSON.parse(stdout) as {
      result: unknown;
      backward: { name: string; adjoint: number }[];
      trace: { nodes: { name: string }[] };
    };
    expect(result.result).toEqual({ name: "L", value: 1 });
    // ∂L/∂ŷ = 2(ŷ − y) = −2, ∂L/∂v = −2·6, ∂L/∂a = −2·0.5, ∂L/∂w = −1·2, ∂L/∂x = −1·3: exact in f64
    expect(Object.fromEntries(result.backward.map(({ name, adjoint }) => [name, adjoint]))).toEqual({
      ŷ: -2,
      y: 2,
      v: -12,
      a: -1,
      h: -1,
      w: -2,
      x: -3,
    });
    expect(result.trace.nodes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["h", "a", "ŷ", "L", "w", "x", "v", "y"]),
    );
  });

  it("names the steps of one expression h1, h2, …", async () => {
    const { stdout } = await cli.run(["explain", "(v*relu(w*x)-y)^2", ...at]);
    expect(stdout).toMatchInlineSnapshot();
  });

  it("draws the graph for Graphviz", async () => {
    const { stdout, code } = await cli.run(["explain", seed, ...at, "--dot"]);
    expect(stdout).toMatch(/^digraph .*ŷ.*\}\n$/s);
    expect(code).toBe(0);
  });

  it("marks the place where an expression cannot be read", async () => {
    const { stderr, code } = await cli.run(["explain", "h = w*x; a = rleu(h)", "--at", "w=1,x=2"]);
    expect(stderr).toMatchInlineSnapshot();
    expect(code).toBe(2);
  });

  it("asks for all missing values at once and offers names for those that are not there", async () => {
    const { stderr, code } = await cli.run(["explain", "weight*x + y", "--at", "wieght=1"]);
    expect(stderr).toMatchInlineSnapshot();
    expect(code).toBe(2);
  });

  it("never runs text as code", async () => {
    const { stderr, code } = await cli.run(["explain", "process.exit(7)", "--at", "x=1"]);
    expect(stderr).toContain('"." has no meaning in an expression');
    expect(code).toBe(2);
  });
});
