import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const seed = "h = w*x; a = relu(h); ŷ = v*a; L = (ŷ-y)^2";
const at = ["--at", "x=2,w=3,v=0.5,y=4"];

describe("steepest explain", () => {
  it("shows both passes of the net, step by step", async () => {
    const { code, stdout, stderr } = await cli.run(["explain", seed, ...at]);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "forward         backward
      h = w·x      6  dL/dŷ = 2(ŷ−y)           -2
      a = relu(h)  6  dL/dy = −2(ŷ−y)           2
      ŷ = v·a      3  dL/dv = dL/dŷ · a       -12
      L = (ŷ−y)²   1  dL/da = dL/dŷ · v        -1
                      dL/dh = dL/da · 1[h>0]   -1
                      dL/dw = dL/dh · x        -2
                      dL/dx = dL/dh · w        -3
      "
    `);
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
    expect(stdout).toMatchInlineSnapshot(`
      "forward            backward
      h1 = w·x        6  dL/dh4 = 2·h4               -2
      h2 = relu(h1)   6  dL/dh3 = dL/dh4             -2
      h3 = v·h2       3  dL/dy = −dL/dh4              2
      h4 = h3−y      -1  dL/dv = dL/dh3 · h2        -12
      L = h4²         1  dL/dh2 = dL/dh3 · v         -1
                         dL/dh1 = dL/dh2 · 1[h1>0]   -1
                         dL/dw = dL/dh1 · x          -2
                         dL/dx = dL/dh1 · w          -3
      "
    `);
  });

  it.each([
    ["a = 2*3; b = a+1; L = a*x*b", { x: 42, b: 18, a: 39 }], // dL/da = dL/db + x·b = 18 + 21
    ["a = x; b = a; L = a*b", { b: 3, a: 6, x: 6 }],
    ["unused = x^2; L = 3*x", { x: 3 }],
    ["L = x", { x: 1 }],
  ])("%s: constants, copies and steps without effect have their adjoints, too", async (source, adjoints) => {
    const { stdout } = await cli.run(["explain", source, "--at", "x=3", "--json"]);
    const { backward } = JSON.parse(stdout) as { backward: { name: string; adjoint: number }[] };
    expect(Object.fromEntries(backward.map(({ name, adjoint }) => [name, adjoint]))).toEqual(adjoints);
  });

  it("an expression may begin with a minus", async () => {
    const { stdout, code } = await cli.run(["explain", "-x^2", "--at", "x=3"]);
    expect(stdout).toMatch(/^L = −h1 +-9 +dL\/dx = dL\/dh1 · \(2·x\) +-6$/m);
    expect(code).toBe(0);
  });

  it("draws the graph for Graphviz", async () => {
    const { stdout, code } = await cli.run(["explain", seed, ...at, "--dot"]);
    expect(stdout).toMatch(/^digraph .*ŷ.*\}\n$/s);
    expect(code).toBe(0);
  });

  it("marks the place where an expression cannot be read", async () => {
    const { stderr, code } = await cli.run(["explain", "h = w*x; a = rleu(h)", "--at", "w=1,x=2"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest explain: there is no function "rleu", at character 14 (OptionError bad-expression)
          h = w*x; a = rleu(h)
                       ^
        fix       did you mean relu?
      "
    `);
    expect(code).toBe(2);
  });

  it("asks for all missing values at once and offers names for those that are not there", async () => {
    const { stderr, code } = await cli.run(["explain", "weight*x + y", "--at", "wieght=1"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest explain: 2 problems
      - there is no value for weight, x, y (OptionError missing-value)
        fix       --at weight=1,x=1,y=1
      - the expression has no input "wieght" (OptionError unknown-name)
        fix       did you mean "weight"?
      "
    `);
    expect(code).toBe(2);
  });

  it.each([
    ["x^y", "x=-2,y=2", { value: 4, x: -4, y: null }],
    ["x^y", "x=0,y=0", { value: 1, x: 0, y: null }],
    ["x^y", "x=0,y=2", { value: 0, x: 0, y: 0 }],
    ["x^n", "x=-3,n=3", { value: -27, x: 27, n: null }],
    ["L = x^(1+1)", "x=-3", { value: 9, x: -6 }],
    ["x^(1+1)", "x=-3", { value: 9, x: -6, h1: null }],
  ])("%s at %s: powers are powers, not exp(y·log x)", async (source, at, expected) => {
    // null is how JSON writes NaN and −∞: the slope in the exponent is xʸ·log x
    const { stdout } = await cli.run(["explain", source, "--at", at, "--json"]);
    const { result, backward } = JSON.parse(stdout) as {
      result: { value: number };
      backward: { name: string; adjoint: number }[];
    };
    const adjoints = Object.fromEntries(backward.map(({ name, adjoint }) => [name, adjoint]));
    expect({ value: result.value, ...adjoints }).toEqual(expected);
  });

  it.each([
    ["max(a, b)", "a=1,b=1", { a: ["0.5", 0.5], b: ["0.5", 0.5] }],
    ["min(a, b)", "a=1,b=1", { a: ["0.5", 0.5], b: ["0.5", 0.5] }],
    ["max(a, b)", "a=2,b=1", { a: ["1[a>b]", 1], b: ["1[b>a]", 0] }],
    ["abs(x)", "x=0", { x: ["sign(x)", 0] }],
    ["L = sqrt(x)*y", "x=0,y=0", { x: ["0", 0], y: ["sqrt(x)", 0] }],
    ["a = sqrt(x); L = a*y", "x=0,y=0", { x: ["0", 0], y: ["a", 0], a: ["y", 0] }],
    ["x^y", "x=0,y=2", { x: ["y·x^(y−1)", 0], y: ["0", 0] }],
  ])("%s at %s: the formula is that of the branch that the number took", async (source, at, expected) => {
    const { stdout } = await cli.run(["explain", source, "--at", at, "--json"]);
    const { backward } = JSON.parse(stdout) as { backward: { name: string; formula: string; adjoint: number }[] };
    expect(Object.fromEntries(backward.map((b) => [b.name, [b.formula, b.adjoint]]))).toEqual(expected);
  });

  it("says which numbers are not finite", async () => {
    const { stderr, code } = await cli.run(["explain", "log(x)*y", "--at", "x=-1,y=2"]);
    expect(stderr).toBe("! not finite: h1, L, dL/dy; other values of --at may help\n");
    expect(code).toBe(0);
  });

  it.each([
    ["a sum of 5,000 terms", Array.from({ length: 5000 }, () => "x").join("+")],
    ["5,000 parentheses", `${"(".repeat(5000)}x${")".repeat(5000)}`],
    ["5,000 signs", `${"-".repeat(5000)}x`.replace("-", "0-")],
  ])("%s is refused in words", async (_, source) => {
    const { stderr, code } = await cli.run(["explain", source, "--at", "x=1"]);
    expect(stderr).toContain("the expression has more than 200 operations inside each other, at character");
    expect(stderr.split("\n").every((line) => line.length < 140)).toBe(true);
    expect(code).toBe(2);
  });

  it("a sum of 200 terms is explained", async () => {
    const source = Array.from({ length: 200 }, () => "x").join("+");
    const { stdout } = await cli.run(["explain", source, "--at", "x=2", "--json"]);
    const { result, backward } = JSON.parse(stdout) as {
      result: { value: number };
      backward: { name: string; adjoint: number }[];
    };
    expect([result.value, backward.find(({ name }) => name === "x")?.adjoint]).toEqual([400, 200]);
  });

  it.each([
    [["--json", "--dot"], "--dot and --json are two formats for one output"],
    [["--at", "x=2"], "each name once"],
  ])("refuses %j in words", async (flags, message) => {
    const { stdout, stderr, code } = await cli.run(["explain", "x^2", "--at", "x=1", ...flags]);
    expect(stdout + stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("never runs text as code", async () => {
    const { stderr, code } = await cli.run(["explain", "process.exit(7)", "--at", "x=1"]);
    expect(stderr).toContain('"." has no meaning in an expression');
    expect(code).toBe(2);
  });
});
