// The gallery is its own test: every figure is drawn anew and compared with the stored picture, byte for byte.
// After a wanted change: npx vitest run packages/plot/test/gallery.test.ts -u, and look at the pictures that changed.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gallery } from "@steepest/plot/gallery";
import { describe, expect, it } from "vitest";
import { galleryPage } from "./gallery-page.ts";

const snapshots = fileURLToPath(new URL("../gallery/snapshots", import.meta.url));
const page = fileURLToPath(new URL("../../../docs/gallery.md", import.meta.url));
const golden = (name: string) => JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), "utf8"));
const figure = (name: string) => gallery.find((entry) => entry.name === name)!.draw();

describe.each(gallery.map((entry) => [entry.name, entry] as const))("%s", (name, { draw, shows }) => {
  it("looks as it did", async () => {
    await expect(`${await draw().toSVG()}\n`).toMatchFileSnapshot(`${snapshots}/${name}.svg`);
  });

  it("has a name for files, a line for lists, and a caption with numbers", () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(shows).toMatch(/^[^.]{10,70}$/);
    expect(draw().description).toMatch(/\d.*\.$/);
  });

  it("can be drawn for a phone and in the dark", async () => {
    const width = name === "backprop" ? 300 : 320; // that one is as wide as its graph
    const svg = await draw({ width, theme: "dark" }).toSVG();
    expect(Number(svg.match(/ width="(\d+)"/)?.[1])).toBeLessThanOrEqual(320);
    expect(svg).toContain('fill="#14181d"');
  });
});

it("no picture is left over, and no name is taken twice", () => {
  expect(readdirSync(snapshots).sort()).toEqual(gallery.map(({ name }) => `${name}.svg`).sort());
});

it("the page shows them all", async () => {
  await expect(galleryPage(gallery)).toMatchFileSnapshot(page);
});

describe("numbers", () => {
  const { attention, gradient, trajectories80 } = golden("seed-values");

  it("the gradient of x² + xy + y² at (1, 2) is (4, 5)", () => {
    const [dx, dy] = gradient.gradient;
    expect(figure("gradient-field").description).toContain(
      `the value is ${gradient.value} and the gradient (${dx}, ${dy}). Its length there is √41`,
    );
  });

  it("the weights of attention are those of the tutorial", () => {
    const rows = figure("attention").toTable();
    for (const [i, row] of rows.entries()) {
      const weights = ["The", "cat", "sat"].map((word) => Number(row[`to ${word}`]));
      // 1e-12: f64, the same operations in another order
      for (const [j, weight] of weights.entries()) {
        expect(Math.abs(weight - attention.weights[i][j])).toBeLessThan(1e-12);
      }
    }
  });

  it("bias and variance are exact", () => {
    const rows = figure("bias-variance").toTable();
    const { rows: exact } = golden("bias-variance");
    expect(rows).toHaveLength(exact.length);
    for (const [degree, row] of rows.entries()) {
      // 1e-12 absolute, the tolerance of the reference
      expect(Math.abs(Number(row["bias²"]) - exact[degree].bias2)).toBeLessThan(1e-12);
      expect(Math.abs(Number(row["variance"]) - exact[degree].variance)).toBeLessThan(1e-12);
      expect(Math.abs(Number(row["error"]) - exact[degree].expectedTestError)).toBeLessThan(1e-12);
    }
  });

  it("four descents end where the tutorial's functions end", () => {
    const rows = figure("trajectories").toTable();
    const runs = [
      ["gradient descent", "sgd"],
      ["momentum, averaging", "average"],
      ["momentum, heavy ball", "heavy_ball"],
      ["Adam", "adam"],
    ] as const;
    for (const [run, reference] of runs) {
      const last = rows.findLast((row) => row["run"] === run)!;
      expect(last["step"]).toBe(80);
      const [w1, w2] = trajectories80[reference].w;
      expect(Math.abs(Number(last["w₁"]) - w1)).toBeLessThan(1e-12);
      expect(Math.abs(Number(last["w₂"]) - w2)).toBeLessThan(1e-12);
    }
  });

  it("memory is what stateBytes counts: Lion keeps half of Adam's", () => {
    const rows = figure("optimizer-memory").toTable();
    const bytes = (name: string): number => Number(rows.find((row) => row["name"] === name)!["bytes per parameter"]);
    expect([bytes("SGD"), bytes("Lion"), bytes("Adam"), bytes("AMSGrad")]).toEqual([0, 4, 8, 12]);
  });

  it("the cubic of Newton–Schulz converges to 1, the quintic does not", () => {
    const rows = figure("muon").toTable();
    const median = (matrix: string): number =>
      Number(rows.filter((row) => row["matrix"] === matrix)[31]!["singular value"]);
    expect(median("cubic, 10 steps")).toBeCloseTo(1, 3);
    expect(Math.abs(median("quintic, 5 steps") - 1)).toBeGreaterThan(0.05);
  });

  it("a causal mask gives later words weight 0 exactly", () => {
    const [first] = figure("attention-causal").toTable();
    expect(first).toMatchObject({ "to The": 1, "to cat": 0, "to sat": 0 });
  });

  it("backpropagation gives −3, −2, −12 and 2", () => {
    expect(figure("backprop").description).toBe("Output L = 1; adjoints of the parameters: w −2, v −12, x −3, y 2.");
  });

  it("the fit is the least-squares line: its residuals sum to zero, alone and times x", () => {
    const rows = figure("linear-fit")
      .toTable()
      .filter((row) => row["residual"] !== "");
    const sum = (weight: (x: number) => number) =>
      rows.reduce((total, row) => total + weight(Number(row["x"])) * Number(row["residual"]), 0);
    expect(rows).toHaveLength(100);
    // 1e-9: a hundred terms of size ten
    expect(Math.abs(sum(() => 1))).toBeLessThan(1e-9);
    expect(Math.abs(sum((x) => x))).toBeLessThan(1e-9);
  });
});

it.each([
  ["trajectories", "does not zigzag"],
  ["trajectories", "steps ten times smaller than the heavy ball"],
  ["trajectories", "Adam goes straight, as it says, but 0.05 per step at most: of the four it is farthest"],
  ["muon", "only after the division by the norm"],
  ["schedules", "1cycle is the form of fastai and PyTorch"],
  ["linear-fit", "here they have two"],
  ["linear-fit", "after 500 steps it has not arrived"],
  ["decision-boundary", "softplus(z) − y·z"],
  ["roc", "starts at (0, 0)"],
  ["attention", "variance 1 where entries of Q and K have it"],
  ["bias-variance", "other than the squared error have no such split"],
  ["gradient-field", "where a gradient is zero there is no steepest direction"],
  ["learning-rates", "The limit is 2/L"],
  ["lagrange", "λ = −1, for L = f + λg"],
])("the caption of %s corrects the tutorial: %s", (name, words) => {
  const { description, spec } = figure(name);
  expect(description).toContain(words);
  expect(spec["description"]).toBe(description);
});
