// The page around the sections: head, policy, style, table of contents.
import { type Html, html, trusted } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { data } from "./sections/data.ts";
import { evaluation } from "./sections/evaluation.ts";
import { head } from "./sections/head.ts";
import { metrics } from "./sections/metrics.ts";
import { model } from "./sections/model.ts";
import { pipeline } from "./sections/pipeline.ts";
import { training } from "./sections/training.ts";
import { style } from "./style.css.ts";

// no script, no request of any kind: a report may be mailed, archived, and opened from disk
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * One self-contained HTML file: data, pipeline, metrics, predictions, training, model. The head says how it went and how to do it again.
 *
 * Equal inputs give equal bytes. Everything from the input is escaped.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const parts: readonly (readonly [id: string, title: string, content: Html | undefined])[] = [
    ["metrics", "Metrics", await metrics(input)],
    ["evaluation", "Predictions", await evaluation(input)],
    ["training", "Training", await training(input)],
    ["model", "Model", await model(input)],
    ["data", "Data", await data(input)],
    ["pipeline", "Pipeline", pipeline(input)],
  ];
  const present = parts.filter(([, , content]) => content !== undefined);
  const { html: page } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${input.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
${head(input)}
<nav aria-label="Sections"><ul>${present.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${present.map(([, , content]) => html`${content}\n`)}</main>
<footer><p>Made by steepest ${input.versions["steepest"]}. This file holds everything it shows and loads nothing.</p></footer>
</body>
</html>
`;
  return page;
}
