// docs/gallery.md: all figures of the gallery with their captions.
import type { GalleryEntry } from "@steepest/plot/gallery";

const folder = "../packages/plot/gallery/snapshots";

export function galleryPage(entries: readonly GalleryEntry[]): string {
  const list = entries.map(({ name, shows }) => `- [${name}](#${name}): ${shows}`);
  const sections = entries.map(({ name, draw }) => {
    const { title, description } = draw();
    return [`## ${name}`, `![${escaped(title)}](${folder}/${name}.svg)`, escaped(description)].join("\n\n");
  });
  return `${[
    "# Gallery",
    "Figures that `steepest figures --all --out figures` writes, each with its own data. The captions are those of the figures; where a figure comes from one of the tutorials that started this project and its statement there was wrong, the caption says so. The tests draw every figure anew and compare the bytes.",
    list.join("\n"),
    ...sections,
  ].join("\n\n")}\n`;
}

/** What Markdown would read as its own. */
const escaped = (text: string) => text.replace(/[\\*_[\]<>|]/g, "\\$&");
