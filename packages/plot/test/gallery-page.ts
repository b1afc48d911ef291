// docs/gallery.md: all figures of the gallery with their captions.
import type { TableRow } from "@steepest/plot";
import type { GalleryEntry } from "@steepest/plot/gallery";

const folder = "../packages/plot/gallery/snapshots";

export function galleryPage(entries: readonly GalleryEntry[]): string {
  const list = entries.map(({ name, shows }) => `- [${name}](#${name}): ${shows}`);
  const sections = entries.map(({ name, draw }) => {
    const { title, description, toTable } = draw();
    const picture = `![${escaped(title)}](${folder}/${name}.svg)`;
    return [`## ${name}`, picture, escaped(description), dataTable(toTable())].join("\n\n");
  });
  return `${[
    "# Gallery",
    "Figures that `steepest figures --all --out figures` writes, each with its own data. The captions are those of the figures; where a figure comes from one of the tutorials that started this project and its statement there was wrong, the caption says so. Below each are the first rows of its data; `toTable()` has all of them. The tests draw every figure anew and compare the bytes.",
    list.join("\n"),
    ...sections,
  ].join("\n\n")}\n`;
}

const shownRows = 5;

/** The first rows, folded away. */
function dataTable(rows: readonly TableRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const shown = rows.slice(0, shownRows).map((row) => line(names.map((name) => escaped(textOf(row[name] ?? "")))));
  const size = rows.length > shownRows ? `${shownRows} of ${rows.length} rows` : `${rows.length} rows`;
  const table = [line(names.map(escaped)), line(names.map(() => "---")), ...shown].join("\n");
  return `<details><summary>Data: ${size}</summary>\n\n${table}\n\n</details>`;
}

/** Six digits: the last ones of a long computation differ between machines. */
function textOf(value: string | number): string {
  return typeof value === "string" ? value : String(Number(value.toPrecision(6)));
}

/** What Markdown would read as its own. */
const escaped = (text: string) => text.replace(/[\\*_[\]<>|]/g, "\\$&");
