// What was learned.
import { coefficients } from "@steepest/plot";
import { capitalize, count, formatNumber } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { facts, figure, section } from "../parts.ts";

export async function model(input: ReportInput): Promise<Html> {
  const { kind, features, coefficients: vectors, intercepts, layers } = input.model;
  if (layers !== undefined) return network(input.model, layers);
  const drawn = largest(vectors);
  const lists = Object.values(drawn);
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
      ? await figure(
          "coefficients",
          (options) => coefficients(drawn, { ...options, ...titleOf(drawn, vectors), names: features, top }),
          {
            rows: "first",
          },
        )
      : undefined,
  );
}

/** Weights of a network mean nothing one by one: its shape, and how many there are. */
function network({ kind, features }: ReportInput["model"], layers: NonNullable<ReportInput["model"]["layers"]>): Html {
  const sizes = [layers[0]?.[0] ?? 0, ...layers.map(([, outputs]) => outputs)];
  const parameters = layers.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
  return section(
    "model",
    "Model",
    html`<p>${capitalize(kind)} over ${count(features.length, "feature")}, which are standardized. Its weights mean nothing one by one.</p>`,
    facts([
      ["Layers", sizes.map(formatNumber).join(" → ")],
      ["Parameters", formatNumber(parameters)],
    ]),
  );
}

const drawnClasses = 12;

/** Colors and dashes tell about a dozen classes apart: of more, those with the largest coefficients. */
function largest(vectors: Readonly<Record<string, readonly number[]>>): Readonly<Record<string, readonly number[]>> {
  const entries = Object.entries(vectors);
  if (entries.length <= drawnClasses) return vectors;
  const size = (list: readonly number[]) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const kept = new Set(entries.toSorted(([, a], [, b]) => size(b) - size(a)).slice(0, drawnClasses));
  return Object.fromEntries(entries.filter((entry) => kept.has(entry)));
}

function titleOf(drawn: object, all: object): { title?: string } {
  const [some, most] = [Object.keys(drawn).length, Object.keys(all).length];
  return some === most ? {} : { title: `Coefficients of ${some} of ${most} classes, those with the largest` };
}

function interceptName(name: string, all: Readonly<Record<string, number>>): string {
  return Object.keys(all).length === 1 ? "Intercept" : `Intercept of ${name}`;
}
