import type { ArrayLike } from "steepest";
import { DataError } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { niceDomain } from "../shared/domain.ts";
import { lineChart } from "../shared/line-chart.ts";
import { formatNumber } from "../shared/numbers.ts";
import { requireFinite, requireSome, toNumbers } from "../shared/values.ts";

/**
 * Singular values of several matrices, each from the largest to the smallest.
 *
 * @throws DataError when there is no spectrum, or a value is negative or not finite.
 *
 * @example
 * ```ts
 * import { singularValues } from "@steepest/plot";
 * import { normal, key } from "steepest/random";
 * import { polarFactor, svd } from "steepest/linalg";
 * const G = normal(key(0), [8, 8]);
 * const figure = singularValues({ gradient: svd(G).S, "after Newton–Schulz": svd(polarFactor(G, { method: "newton-schulz" })).S });
 * figure.toTable().length; // 16
 * ```
 */
export function singularValues(spectra: Readonly<Record<string, ArrayLike>>, options: FigureOptions = {}): Figure {
  const names = Object.keys(spectra);
  requireSome("singularValues", "spectra", names.length);
  const sorted = names.map((name) => {
    const values = [...toNumbers(spectra[name]!)].sort((a, b) => b - a);
    requireSome("singularValues", `values of "${name}"`, values.length);
    requireFinite("singularValues", name, values);
    if (values.at(-1)! >= 0) return values;
    throw new DataError(
      `singularValues: "${name}" holds ${formatNumber(values.at(-1)!)}; singular values are 0 or more. Pass those of svd(A).S, not eigenvalues.`,
      { code: "negative" },
    );
  });
  const longest = Math.max(...sorted.map((values) => values.length));
  const all = sorted.flat();
  const { title, spec } = lineChart(options, {
    owner: "singularValues",
    title: "Singular values",
    x: { label: "rank of the value", type: "linear", domain: [1, Math.max(2, longest)], whole: true },
    y: { label: "singular value", type: "linear", domain: niceDomain([0, ...all]) },
    series: names.map((label, s) => ({
      label,
      points: sorted[s]!.map((y, i) => ({ x: i + 1, y, size: longest > 24 ? 18 : 36 })),
    })),
  });
  const parts = names.map(
    (name, s) => `${name} ${formatNumber(sorted[s]!.at(-1)!)} to ${formatNumber(sorted[s]![0]!)}`,
  );
  const description = options.description ?? `Singular values, least to largest: ${parts.join("; ")}.`;
  return makeFigure({
    title,
    description,
    spec: spec(description),
    table: () =>
      names.flatMap((name, s) =>
        sorted[s]!.map((value, i) => ({ matrix: name, rank: i + 1, "singular value": value })),
      ),
  });
}
