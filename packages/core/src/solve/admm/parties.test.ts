// Consensus and sharing: the same answers as in one piece, prices, bounds, parties that fail.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inProcess, task } from "../../executor/index.ts";
import { array, eye, type NDArray } from "../../index.ts";
import { inverse, solve } from "../../linalg/index.ts";
import {
  box,
  l1,
  type Proximable,
  quadratic,
  squaredLoss,
  sumAtMost,
  sumEquals,
  translated,
} from "../../prox/index.ts";
import { consensus, sharing } from "../index.ts";

const golden = JSON.parse(readFileSync(new URL("golden/lasso.json", import.meta.url), "utf8")) as {
  readonly A: number[][];
  readonly b: number[];
  readonly solutions: readonly {
    readonly lambda_: number;
    readonly objective: number;
    readonly z: number[];
    readonly dual: number[];
  }[];
  readonly exchange: { readonly a: number[]; readonly c: number[]; readonly x: number[]; readonly price: number };
};
interface Part {
  readonly A: number[][];
  readonly b: number[];
}
const split = (count: number): Part[] =>
  Array.from({ length: count }, (_, i) => {
    const rows = 50 / count;
    return { A: golden.A.slice(i * rows, (i + 1) * rows), b: golden.b.slice(i * rows, (i + 1) * rows) };
  });
const local = ({ A, b }: Part) => squaredLoss(A, b);
const localTask = task(import.meta.url, "localTask", local);
const symmetric = (M: NDArray) => M.add(M.T).mul(0.5);
const tight = { atol: 1e-10, rtol: 1e-10 };
const distance = (x: NDArray, to: readonly number[]) =>
  x
    .flatten()
    .sub(array([...to]))
    .abs()
    .max()
    .item();

describe("consensus", () => {
  it.each([1, 2, 5, 10])("of %s blocks of rows is the lasso of all rows", async (count) => {
    for (const { lambda_, z: exact, dual, objective } of golden.solutions.slice(0, 3)) {
      const result = await consensus(split(count), { local, size: 20, shared: l1(lambda_), ...tight });
      expect(result.status).toBe("converged");
      expect(distance(result.z, exact)).toBeLessThan(1e-8);
      expect(result.value / objective - 1).toBeLessThan(1e-9);
      expect(distance(result.multiplier.sum(0), dual)).toBeLessThan(1e-6);
      expect(distance(result.copies[count - 1]!, exact)).toBeLessThan(1e-7);
    }
  });

  it("is the same bit for bit through an executor", async () => {
    const options = { size: 20, shared: l1(5), ...tight };
    const here = await consensus(split(5), { ...options, local });
    const there = await consensus(split(5), { ...options, local: localTask, executor: inProcess });
    expect(there.z.toArray()).toEqual(here.z.toArray());
    expect(there.residuals).toEqual(here.residuals);
  });

  it("a mean over parties is not their sum: a planted mistake", async () => {
    // the shared step with t = 1/ρ instead of 1/(Nρ) solves the lasso with another lambda
    const wrong: Proximable = { ...l1(5), prox: (v, t) => l1(5).prox(v, 5 * t) };
    const { z } = await consensus(split(5), { local, size: 20, shared: wrong, ...tight });
    expect(distance(z, golden.solutions[1]!.z)).toBeGreaterThan(1e-3);
  });

  it("stops at a party that fails, or keeps its last answer and says so", async () => {
    let calls = 0;
    const failing = (part: Part): Proximable => {
      const f = local(part);
      return {
        ...f,
        prox(v, t) {
          if (part.b[0] === golden.b[10] && ++calls === 30) throw new RangeError("out of paper");
          return f.prox(v, t);
        },
      };
    };
    const options = { local: failing, size: 20, shared: l1(5), ...tight };
    await expect(consensus(split(5), options)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DomainError: consensus: party 1 failed: RangeError: out of paper. With onPartyError "keep-last" its last answer is kept, once it has given one.]`,
    );
    calls = 0;
    const { status, lost, message, z } = await consensus(split(5), { ...options, onPartyError: "keep-last" });
    expect([status, lost]).toEqual(["converged", [1]]);
    expect(message).toContain("Parties that failed on the way, whose last answers were used: 1.");
    expect(distance(z, golden.solutions[1]!.z)).toBeLessThan(1e-8);
  });

  it("checks what it is given", async () => {
    await expect(consensus([], { local, size: 20 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[OptionError: consensus: there is no party. Give a list with at least one.]`,
    );
    await expect(consensus(split(2), { local, size: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[OptionError: consensus: size must be at least 1, got 0.]`,
    );
    await expect(consensus(split(2), { local, size: 19 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DomainError: consensus: party 0 failed: ShapeError: squaredLoss: x has 19 entries, but 20 are expected. With onPartyError "keep-last" its last answer is kept, once it has given one.]`,
    );
  });
});

describe("sharing", () => {
  const { a, c, x: exact, price: exactPrice } = golden.exchange;
  const agents = a.map((ai, i) => ({ a: ai, c: c[i]! }));
  const agent = (one: { a: number; c: number }) => quadratic([[one.a]], [-one.a * one.c]);

  it("is the exchange of the reference", async () => {
    const { allocation, price, gap, status } = await sharing(agents, { local: agent, shared: sumEquals(0), ...tight });
    expect(status).toBe("converged");
    expect(distance(allocation, exact)).toBeLessThan(1e-8);
    expect(price.item()).toBeCloseTo(exactPrice, 8);
    expect(Math.abs(allocation.sum().item())).toBeLessThan(1e-14); // three roundings of numbers below 4
    expect(Math.abs(gap!)).toBeLessThan(1e-8);
  });

  it("its price is the change of the value per unit of the total", async () => {
    const at = async (total: number) => sharing(agents, { local: agent, shared: sumEquals(total), ...tight });
    const [low, middle, high] = [await at(0.99), await at(1), await at(1.01)];
    // the value is quadratic in the total: central differences are exact
    expect((high.value - low.value) / 0.02).toBeCloseTo(-middle.price.item(), 7);
  });

  it("allocations keep the limits of parties and the total, wherever the iteration ended", async () => {
    const limited = ({
      a: ai,
      c: ci,
      lower,
      upper,
    }: {
      a: number;
      c: number;
      lower: number;
      upper: number;
    }): Proximable => ({
      name: "limited",
      convex: true,
      value: (x) => (box(lower, upper).value(x) === 0 ? 0.5 * ai * (x.item() - ci) ** 2 : Infinity),
      prox: (v, t) =>
        v
          .mul(1 / t)
          .add(ai * ci)
          .div(1 / t + ai)
          .clip(lower, upper),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -5, max: 5 })), {
          minLength: 2,
          maxLength: 8,
        }),
        fc.integer({ min: 0, max: 10 }),
        async (rows, tenths) => {
          const parties = rows.map(([ai, ci]) => ({ a: ai, c: ci, lower: -1, upper: 2 }));
          const total = -rows.length + (3 * rows.length * tenths) / 10;
          for (const maxSteps of [3, 10_000]) {
            const result = await sharing(parties, { local: limited, shared: sumEquals(total), maxSteps });
            const spend = result.allocation.toArray().flat();
            expect(Math.abs(spend.reduce((s, v) => s + v, 0) - total)).toBeLessThan(
              1e-9 * Math.max(1, Math.abs(total)),
            );
            expect(spend.every((v) => v >= -1 && v <= 2)).toBe(true);
            // the bound is one for every price
            expect(result.bound).toBeLessThanOrEqual(result.value + 1e-8 * Math.max(1, Math.abs(result.value)));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("at most: nothing is spent that nobody wants, at price 0", async () => {
    const { allocation, price } = await sharing(agents, { local: agent, shared: sumAtMost(100), ...tight });
    expect(distance(allocation, c)).toBeLessThan(1e-8);
    expect(Math.abs(price.item())).toBeLessThan(1e-8);
  });

  it("regression split by features: predictions of two halves add up to ridge regression", async () => {
    const halves = [0, 1].map((half) => array(golden.A).at(":", [10 * half, 10 * half + 10]));
    // the cheapest weights for predictions p cost ½pᵀ(AᵢAᵢᵀ + ε)⁻¹p; by Woodbury the sum solves ridge regression in the dual
    const kernel = (X: NDArray) => X.matmul(X.T).add(eye(50).mul(0.1));
    const cost = (X: NDArray) => quadratic(symmetric(inverse(kernel(X))), new Float64Array(50));
    const { price, allocation, status } = await sharing(halves, {
      local: cost,
      size: 50,
      shared: squaredLoss(eye(50), golden.b),
      ...tight,
    });
    const K = kernel(halves[0]!).add(kernel(halves[1]!));
    const dual = solve(K.add(eye(50)), array(golden.b)); // b − ŷ, the residual
    expect(status).toBe("converged");
    expect(distance(price, dual.neg().toArray())).toBeLessThan(1e-7);
    expect(distance(allocation.sum(0), array(golden.b).sub(dual).toArray())).toBeLessThan(1e-7);
  });

  it("columns of levers share a total each", async () => {
    const twin = ({ c: ci }: { c: number }) =>
      translated(
        quadratic(
          [
            [1, 0],
            [0, 1],
          ],
          [0, 0],
        ),
        [ci, -ci],
      );
    const { allocation, price } = await sharing(agents, { local: twin, size: 2, shared: sumEquals([1, 4]), ...tight });
    // xᵢ = cᵢ − price per column: prices (7 − 1)/3 and (−7 − 4)/3
    expect(distance(price, [2, -11 / 3])).toBeLessThan(1e-8);
    expect(
      distance(
        allocation,
        c.flatMap((ci) => [ci - 2, -ci + 11 / 3]),
      ),
    ).toBeLessThan(1e-8);
  });

  it("a wrong sign of the price would be seen", async () => {
    const { allocation, price } = await sharing(agents, { local: agent, shared: sumEquals(0), ...tight });
    // a(x − c) + price = 0 for each agent
    for (const [i, xi] of allocation.flatten().toArray().entries()) {
      expect(a[i]! * (xi - c[i]!) + price.item()).toBeCloseTo(0, 7);
      expect(Math.abs(a[i]! * (xi - c[i]!) - price.item())).toBeGreaterThan(1);
    }
  });
});
