// How to go on: the model in a shell and in a program, what it is for, and where its methods come from.
import { count, formatMetric } from "../format.ts";
import { type Content, type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { facts, section } from "../parts.ts";
import { columnCount } from "./data.ts";
import { methods } from "./methods.ts";

export function reuse(input: ReportInput): Html | undefined {
  const { run } = input;
  if (run === undefined) return undefined;
  return section(
    "reuse",
    "Reuse",
    html`<p class="label" id="shell">In a shell:</p>`,
    html`<pre tabindex="0" role="group" aria-labelledby="shell"><code>${shell(run)}</code></pre>`,
    html`<p class="label" id="program">In a program:</p>`,
    html`<pre tabindex="0" role="group" aria-labelledby="program"><code>${program(run, input)}</code></pre>`,
    html`<h3>Model card</h3>`,
    facts(card(input)),
    html`<h3>Methods</h3>
<ul class="methods">${methods(input).map((source) => html`<li>${source}</li>`)}</ul>`,
  );
}

/** Names without letters that a shell reads are written as they are. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function shell(run: string): string {
  return `steepest predict ${quoted(run)} new.csv > scored.csv
steepest evaluate ${quoted(run)} labeled.csv`;
}

function program(run: string, { task }: ReportInput): string {
  const path = (file: string) => JSON.stringify(`${run}/${file}`);
  return `import { readFile } from "node:fs/promises";
import { readCsvFile } from "@steepest/tables";
import { loadTableModel } from "steepest/io";

const description = await readFile(${path("model.json")}, "utf8");
const model = loadTableModel(description, await readFile(${path("weights.safetensors")}));
const schema = model.encoder.inputs.map(({ name, type }) => ({ name, type }));
const { table } = await readCsvFile("new.csv", { schema });
model.predict(table); // ${task === "classification" ? "labels; model.predictProba(table) has their probabilities" : "numbers"}`;
}

function card(input: ReportInput): (readonly [string, Content])[] {
  const { data, evaluation, task, model, metrics } = input;
  const judged = { holdout: "held-out rows", "out-of-fold": "rows of other folds", training: "its own training rows" };
  const [first] = metrics;
  const value = first?.holdout ?? first?.folds?.mean ?? first?.training;
  const quality =
    first === undefined || value === undefined
      ? "not measured"
      : `${first.label} ${formatMetric(value)} on ${judged[evaluation.rowsUsed]}`;
  return [
    [
      "Predicts",
      `${data.target} (${task === "classification" ? count(data.balance.length, "class").replace(/classs$/, "classes") : "a number"})`,
    ],
    ["From", count(columnCount(data) - 1, "column")],
    ["Learned from", `${data.file}, ${count(data.rows, "row")}`],
    ["Model", model.kind],
    ["Judged", quality],
    ["Not for", "rows of another kind than these, and statements about causes"],
  ];
}
