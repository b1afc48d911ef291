// Curves against their formulas and differences; fits against the curves that made the data.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array } from "../index.ts";
import { key, normal } from "../random/index.ts";
import { fitResponse, negativeReturn, type Response, responseValue } from "./index.ts";
import { curveOf } from "./response.ts";

const curves: Readonly<Record<string, Response>> = {
  log: { form: "log", scale: 4, saturation: 10 },
  power: { form: "power", scale: 2, exponent: 0.4 },
  "hill, concave": { form: "hill", scale: 5, half: 8, steepness: 0.7 },
  "hill with a threshold": { form: "hill", scale: 5, half: 8, steepness: 3 },
  spline: { form: "spline", knots: [0, 2, 5, 9, 20], values: [1, 4, 6, 7, 7.5] },
};
const spends = fc.integer({ min: 1, max: 4000 }).map((v) => v / 100);

describe.each(Object.entries(curves))("%s", (_name, response) => {
  const curve = curveOf("test", response);
  it("slope and curvature are the derivatives of the value", () =>
    fc.assert(
      fc.property(spends, (b) => {
        const h = 1e-5 * b;
        const knots = response.form === "spline" ? response.knots : [];
        fc.pre(knots.every((knot) => Math.abs(knot - b) > 2 * h)); // the curvature jumps there
        const slope = (curve.value(b + h) - curve.value(b - h)) / (2 * h);
        const bend = (curve.slope(b + h) - curve.slope(b - h)) / (2 * h);
        // central differences: h²/6 of the third derivative and rounding 1e-16/h
        expect(Math.abs(curve.slope(b) - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
        if (response.form !== "spline")
          expect(Math.abs(curve.curvature(b) - bend)).toBeLessThan(1e-5 * Math.max(0.1, Math.abs(bend)));
      }),
    ));
  it("falls in slope from where it says", () =>
    fc.assert(
      fc.property(spends, spends, (a, b) => {
        const [low, high] = [Math.max(curve.concaveFrom, Math.min(a, b)), Math.max(curve.concaveFrom, a, b)];
        expect(curve.slope(high)).toBeLessThanOrEqual(curve.slope(low) + 1e-12);
      }),
    ));
  it("its proximal step is better than every spend of a grid", () =>
    fc.assert(
      fc.property(spends, fc.constantFrom(0.01, 1, 30), (near, t) => {
        const f = negativeReturn(response, { lower: 0.5, upper: 30 });
        const objective = (b: number) => f.value(array([b])) + (b - near) ** 2 / (2 * t);
        const best = objective(f.prox(array([near]), t).item());
        for (let i = 0; i <= 300; i++)
          expect(best).toBeLessThanOrEqual(objective(0.5 + (29.5 * i) / 300) + 1e-12 * Math.max(1, Math.abs(best)));
      }),
      { numRuns: 50 },
    ));
});

describe("splines", () => {
  it("go through their points, are smooth, concave and rising", () => {
    const { knots, values } = curves["spline"] as Response & { form: "spline" };
    const curve = curveOf("test", curves["spline"]!);
    for (const [i, knot] of knots.entries()) {
      expect(responseValue(curves["spline"]!, knot)).toBeCloseTo(values[i]!, 12);
      expect(curve.slope(knot - 1e-9)).toBeCloseTo(curve.slope(knot + 1e-9), 7);
    }
  });
  it("random concave data stay concave between their knots", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (pieces) => {
          const slopes = pieces.map(([, slope]) => slope / 10).sort((a, b) => b - a);
          const [knots, values] = [[0], [0]];
          for (const [i, [width]] of pieces.entries()) {
            knots.push(knots.at(-1)! + width / 10);
            values.push(values.at(-1)! + (slopes[i]! * width) / 10);
          }
          const curve = curveOf("test", { form: "spline", knots, values });
          let before = Infinity;
          for (let i = 0; i <= 400; i++) {
            const slope = curve.slope((knots.at(-1)! * i) / 400);
            expect(slope).toBeLessThanOrEqual(before + 1e-9);
            expect(slope).toBeGreaterThanOrEqual(-1e-12);
            before = slope;
          }
          for (const [i, knot] of knots.entries()) expect(curve.value(knot)).toBeCloseTo(values[i]!, 9);
        },
      ),
    ));
});

describe("fitResponse", () => {
  const spend = [0.5, 1, 2, 3, 5, 8, 13, 21, 34];
  it.each(Object.entries(curves).filter(([name]) => name !== "spline"))(
    "finds the curve that made the data: %s",
    (_name, response) => {
      const {
        response: found,
        r2,
        concave,
      } = fitResponse(
        spend,
        spend.map((b) => responseValue(response, b)),
        { form: response.form },
      );
      expect(r2).toBeGreaterThan(1 - 1e-10);
      for (const [name, value] of Object.entries(response)) {
        if (name === "form") continue;
        // golden section on squares finds a minimum to the root of rounding
        expect((found as unknown as Record<string, number>)[name]! / (value as number)).toBeCloseTo(1, 4);
      }
      expect(concave).toBe(response.form !== "hill" || response.steepness <= 1);
    },
  );
  it("weights count as repetitions", () => {
    const noisy = spend.map((b, i) => 3 * Math.log1p(b / 4) + 0.1 * Math.sin(7 * i));
    const weights = spend.map((_, i) => 1 + (i % 3));
    const repeat = <T>(list: readonly T[]) => list.flatMap((v, i) => Array<T>(weights[i]!).fill(v));
    for (const form of ["log", "power", "hill", "spline"] as const) {
      const one = fitResponse(spend, noisy, { form, weights });
      const other = fitResponse(repeat(spend), repeat(noisy), { form });
      expect(one.r2).toBeCloseTo(other.r2, 9);
      for (const b of [1, 4, 20])
        expect(responseValue(one.response, b)).toBeCloseTo(responseValue(other.response, b), 5);
    }
  });
  it("a spline of noisy data is concave and says what it flattened", () => {
    const noise = normal(key(3), [60]).mul(0.3).toArray();
    const many = noise.map((_, i) => 0.5 * (i + 1));
    const { response, r2, flattened, residuals, concave } = fitResponse(
      many,
      many.map((b, i) => 3 * Math.log1p(b / 4) + noise[i]!),
      { form: "spline" },
    );
    expect(concave).toBe(true);
    expect(r2).toBeGreaterThan(0.9);
    expect(flattened.length).toBeGreaterThan(3);
    expect(residuals.length).toBe(60);
    expect(response.form === "spline" && response.knots.length).toBe(24);
    expect(Math.abs(responseValue(response, 10) - 3 * Math.log1p(2.5))).toBeLessThan(0.3);
  });
  it("a spline of concave data is the data", () => {
    const values = spend.map((b) => Math.sqrt(b));
    const { response, flattened } = fitResponse(spend, values, { form: "spline" });
    for (const [i, b] of spend.entries()) expect(responseValue(response, b)).toBeCloseTo(values[i]!, 7);
    expect(flattened).toEqual([]);
  });
  it("data that cannot be fitted are named", () => {
    const calls: readonly (() => unknown)[] = [
      () => fitResponse([1], [1], { form: "log" }),
      () => fitResponse([1, 2], [1], { form: "log" }),
      () => fitResponse([1, 2], [1, Number.NaN], { form: "log" }),
      () => fitResponse([-1, 2], [1, 2], { form: "log" }),
      () => fitResponse([1, 2, 3], [-1, -2, -3], { form: "log" }),
      () => fitResponse([1, 2, 3], [3, 2, 1], { form: "spline" }),
      () => fitResponse([1, 2], [1, 2], { form: "cubic" as never }),
    ];
    const texts = calls.map((call) => {
      try {
        call();
      } catch (error) {
        return String(error);
      }
      return "nothing";
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "DataError: fitResponse: a curve needs observations at two or more different spends.",
        "DataError: fitResponse: 2 spends, 1 returns and 2 weights; each observation needs all.",
        "DataError: fitResponse: observed[1] is NaN; it must be finite.",
        "DataError: fitResponse: spend[0] is -1; it must be finite and not negative.",
        "DataError: fitResponse: returns do not rise with spend: the best log curve has scale -3000.",
        "DataError: fitResponse: returns do not rise with spend.",
        "OptionError: fitResponse: form must be one of "log", "power", "hill", "spline", got "cubic".",
      ]
    `);
  });
});
