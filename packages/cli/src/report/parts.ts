// Pieces that sections share: tables in a box that scrolls, figures with caption and data, lists of facts.
import type { Figure, FigureOptions } from "@steepest/plot";
import { count, formatNumber } from "./format.ts";
import { type Content, type Html, html, trusted } from "./html.ts";

export interface TableColumn {
  readonly title: string;
  /** Numbers stand on the right. Default false. */
  readonly numeric?: boolean;
}

/** The first cell of each row is its heading. `label` names the box, which keyboards can scroll. */
export function table(label: string, columns: readonly TableColumn[], rows: readonly (readonly Content[])[]): Html {
  const side = (j: number) => (columns[j]!.numeric === true ? trusted(' class="number"') : undefined);
  const cell = (content: Content, j: number) =>
    j === 0 ? html`<th scope="row">${content}</th>` : html`<td${side(j)}>${content}</td>`;
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}"><table>
<thead><tr>${columns.map((column, j) => html`<th scope="col"${side(j)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Names and values. */
export function facts(pairs: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

// The plot area of a phone 320 pixels wide, and of a page; a picture is drawn for both, because scaled text is not readable.
const narrowWidth = 288;
const wideWidth = 620;

export interface FigureSize {
  /** Half of the page on wide screens, beside another one. Default false. */
  readonly half?: boolean;
  /** Rows of the data table where there are too many: "spread" evenly, or the "first", for rankings. Default "spread". */
  readonly rows?: "spread" | "first";
}

/**
 * `draw` is called for each width. `id` starts the ids of its pictures.
 *
 * What cannot be drawn (a run that diverged has coefficients that are not finite) is a note in its place, never the end of a run.
 */
export async function figure(
  id: string,
  draw: (options: FigureOptions) => Figure,
  size: FigureSize = {},
): Promise<Html> {
  const { half = false, rows = "spread" } = size;
  const picture = async (of: Figure, name: string) =>
    trusted(await of.toHTML({ colors: "css", id: `${id}-${name}`, label: of.title }));
  try {
    const wide = draw({ heading: false, width: half ? 420 : wideWidth });
    const narrow = draw({ heading: false, width: narrowWidth });
    return html`<figure class="${half ? "half" : "full"}" id="${id}">
<figcaption><strong>${wide.title}</strong> ${wide.description}</figcaption>
<div class="wide">${await picture(wide, "wide")}</div>
<div class="narrow">${await picture(narrow, "narrow")}</div>
${dataTable(wide, rows)}
</figure>`;
  } catch (error) {
    // A report without one of its pictures is worth more than none: whatever went wrong is said in its place.
    const why = error instanceof Error ? error.message : String(error);
    return html`<p class="note warn" id="${id}">No picture: ${why}</p>`;
  }
}

const tableLimit = 120;

function dataTable(of: Figure, choice: "spread" | "first"): Html {
  const rows = of.toTable();
  const stride = choice === "first" ? 1 : Math.ceil(rows.length / tableLimit);
  const shown =
    stride === 1 ? rows.slice(0, tableLimit) : rows.filter((_, i) => i % stride === 0 || i === rows.length - 1);
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((title) => ({ title, numeric: typeof rows[0]![title] === "number" }));
  const write = (value: string | number | undefined) => (typeof value === "number" ? formatNumber(value) : value);
  return html`<details><summary>Data: ${of.title}</summary>
${shown.length === rows.length ? undefined : html`<p>${count(shown.length, "row")} of ${formatNumber(rows.length)}, ${choice === "first" ? "the first" : "evenly spaced"}.</p>`}
${table(
  `Data: ${of.title}`,
  columns,
  shown.map((row) => names.map((name) => write(row[name]))),
)}
</details>`;
}

/** A section with its heading; `id` is where the table of contents points. */
export function section(id: string, title: string, ...content: readonly Content[]): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content.map((part) => html`${part}\n`)}</section>`;
}
