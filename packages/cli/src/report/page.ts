// The page around the sections: head, policy, style, table of contents.
import { type Html, html, trusted } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { data } from "./sections/data.ts";
import { evaluation } from "./sections/evaluation.ts";
import { head } from "./sections/head.ts";
import { metrics } from "./sections/metrics.ts";
import { model } from "./sections/model.ts";
import { pipeline } from "./sections/pipeline.ts";
import { reuse } from "./sections/reuse.ts";
import { selection } from "./sections/selection.ts";
import { training } from "./sections/training.ts";
import { style } from "./style.css.ts";

// no script, no request of any kind: a report may be mailed, archived, and opened from disk
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * One self-contained HTML file: metrics, predictions, selection, training, model, data, pipeline, reuse. The head says how it went and how to do it again.
 *
 * Equal inputs give equal bytes. Everything from the input is escaped.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const parts: readonly PagePart[] = [
    ["metrics", "Metrics", await metrics(input)],
    ["evaluation", "Predictions", await evaluation(input)],
    ["selection", "Selection", await selection(input)],
    ["training", "Training", await training(input)],
    ["model", "Model", await model(input)],
    ["data", "Data", await data(input)],
    ["pipeline", "Pipeline", pipeline(input)],
    ["reuse", "Reuse", reuse(input)],
  ];
  return page(input.title, head(input), parts, input.versions);
}

/** Title, text, and sections; those without content are left out. */
export type PagePart = readonly [id: string, title: string, content: Html | undefined];

/** The frame around any sections. */
export function page(
  title: string,
  header: Html,
  parts: readonly PagePart[],
  versions: Readonly<Record<string, string>>,
): string {
  const present = parts.filter(([, , content]) => content !== undefined);
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
${header}
<nav aria-label="Sections"><ul>${present.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${present.map(([, , content]) => html`${content}\n`)}</main>
<footer><p>Made by steepest ${versions["steepest"]}. This file holds everything it shows and loads nothing.</p></footer>
</body>
</html>
`;
  return text;
}
