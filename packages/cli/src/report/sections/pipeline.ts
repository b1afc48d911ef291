// The steps between a row of the table and a prediction, each with its options.
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { facts, section } from "../parts.ts";

export function pipeline(input: ReportInput): Html | undefined {
  if (input.pipeline.length === 0) return undefined;
  return section("pipeline", "Pipeline", html`<ol class="steps">${input.pipeline.map(step)}</ol>`);
}

function step({ step: name, options }: ReportInput["pipeline"][number]): Html {
  const entries = Object.entries(options);
  if (entries.length === 0) return html`<li><p>${name}</p></li>`;
  const hint = entries.map(([option, value]) => `${option} ${value}`).join(", ");
  return html`<li><details><summary>${name} <span class="hint">${hint}</span></summary>
${facts(entries.map(([option, value]) => [option, String(value)] as const))}</details></li>`;
}
