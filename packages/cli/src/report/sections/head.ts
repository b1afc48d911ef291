// What was done, how it ended, the numbers that matter most, and how to do it again.
import { capitalize, count, formatMetric, formatSpread } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput, ReportMetric } from "../input.ts";
import { facts } from "../parts.ts";
import { columnCount } from "./data.ts";

const good = new Set(["converged", "optimal", "done", "ok", "passed"]);

export function head(input: ReportInput): Html {
  const { title, status, data, model, date, command, seed, versions } = input;
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return html`<header>
<p class="eyebrow">${input.task} report</p>
<h1>${title}</h1>
<p class="status ${good.has(status.word) ? "good" : "warn"}"><strong>${capitalize(status.word)}.</strong> ${withoutWord(status.message, status.word)}</p>
<ul class="tiles">${input.metrics.slice(0, 4).map(tile)}</ul>
${facts([
  ["Data", `${data.file}, ${count(data.rows, "row")} × ${count(columnCount(data), "column")}`],
  ["Target", data.target],
  ["Model", capitalize(model.kind)],
  ["Date", html`<time datetime="${date}">${date.slice(0, 10)}</time>`],
  ["Seed", String(seed)],
  ["Versions", versionList.join(", ")],
])}
<p class="label" id="command">The same command on the same file gives the same model and the same metrics:</p>
<pre tabindex="0" role="group" aria-labelledby="command"><code>${command}</code></pre>
<p class="hint">SHA-256 of the data: <code class="hash">${data.sha256}</code></p>
</header>`;
}

/** "Converged: gap 1e-12" after the word "converged" is "Gap 1e-12": nothing is said twice. */
function withoutWord(message: string, word: string): string {
  if (!message.toLowerCase().startsWith(`${word.toLowerCase()}: `)) return message;
  return capitalize(message.slice(word.length + 2));
}

// the most honest number there is: rows that were held out, else folds, else the training rows
function tile(metric: ReportMetric): Html {
  const { label, folds, holdout, training } = metric;
  const [value, source] =
    holdout !== undefined
      ? [formatMetric(holdout), "held-out rows"]
      : folds !== undefined
        ? [formatMetric(folds.mean), `mean of ${folds.perFold.length} folds`]
        : [training === undefined ? "–" : formatMetric(training), "training rows"];
  const spread =
    holdout !== undefined && folds !== undefined
      ? html`<small>folds ${formatSpread(folds.mean, folds.std)}</small>`
      : undefined;
  return html`<li><span>${capitalize(label)}</span><b>${value}</b><small>${source}</small>${spread}</li>`;
}
