// What was learned.
import { coefficients } from "@steepest/plot";
import { capitalize, count, formatNumber } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { facts, figure, section } from "../parts.ts";

export async function model(input: ReportInput): Promise<Html> {
  const { kind, features, coefficients: vectors, intercepts } = input.model;
  const lists = Object.values(vectors);
  const top = Math.max(5, Math.floor(60 / lists.length)); // bars on one picture: 60 can be read
  const standardized = input.pipeline.some(({ step }) => /standardi[sz]e/i.test(step));
  const units = standardized
    ? "Features are standardized: a coefficient is the effect of one standard deviation, so sizes compare."
    : "A coefficient is the effect of one unit of its feature: sizes compare only between features of the same unit.";
  return section(
    "model",
    "Model",
    html`<p>${capitalize(kind)} over ${count(features.length, "feature")}. ${units}</p>`,
    facts(
      Object.entries(intercepts).map(
        ([name, value]) => [interceptName(name, intercepts), formatNumber(value)] as const,
      ),
    ),
    lists.some((list) => list.length > 0)
      ? await figure("coefficients", (options) => coefficients(vectors, { ...options, names: features, top }), {
          rows: "first",
        })
      : undefined,
  );
}

function interceptName(name: string, all: Readonly<Record<string, number>>): string {
  return Object.keys(all).length === 1 ? "Intercept" : `Intercept of ${name}`;
}
