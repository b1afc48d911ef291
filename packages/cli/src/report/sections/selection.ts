// What was tried beside the model: more or fewer rows, a stronger or a weaker penalty.
import { type FigureOptions, learningCurves, line, plot, point, regularizationPath } from "@steepest/plot";
import { formatNumber } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { figure, section } from "../parts.ts";

type Strengths = NonNullable<NonNullable<ReportInput["selection"]>["strengths"]>;

export async function selection(input: ReportInput): Promise<Html | undefined> {
  const { learningCurve, strengths } = input.selection ?? {};
  if (learningCurve === undefined && strengths === undefined) return undefined;
  return section(
    "selection",
    "Selection",
    learningCurve &&
      html`<p>The same folds, with fewer of their training rows. Where the test curve still rises (or falls, for an error) at its end, more rows help; where both curves have met, they do not.</p>
${await figure("learning-curve", (options) =>
  learningCurves(learningCurve.points, { ...options, yLabel: learningCurve.label }),
)}`,
    strengths &&
      html`<p>The penalty ${strengths.penalty} = ${formatNumber(strengths.chosen)} has the least squared error over folds of the training rows, among ${formatNumber(strengths.tried.length)} strengths.</p>
${await figure("strengths", (options) => errorCurve(strengths, options))}
${strengths.tried.every(({ coef }) => coef.length > 0) ? await figure("path", (options) => path(input, strengths, options)) : undefined}`,
  );
}

function errorCurve({ chosen, tried, penalty }: Strengths, options: FigureOptions) {
  const best = tried.reduce((least, one) => (one.strength === chosen ? one : least));
  const errors = tried.map(({ error }) => error);
  return plot({
    ...options,
    title: "Error by strength of the penalty",
    description: `Mean squared error over folds from ${formatNumber(tried[0]?.error ?? Number.NaN)} without much penalty to ${formatNumber(errors.at(-1) ?? Number.NaN)} with the strongest; least, ${formatNumber(best.error)}, at ${penalty} = ${formatNumber(chosen)}.`,
    x: { label: penalty, type: "log" },
    y: { label: "mean squared error" },
    height: 300,
    marks: [
      line(
        tried.map(({ strength }) => strength),
        errors,
      ),
      point([best.strength, best.error], { label: "chosen" }),
    ],
  });
}

function path({ model }: ReportInput, { tried, penalty }: Strengths, options: FigureOptions) {
  return regularizationPath(
    { strengths: tried.map(({ strength }) => strength), coefs: tried.map(({ coef }) => coef) },
    { ...options, names: model.features, xLabel: penalty },
  );
}
