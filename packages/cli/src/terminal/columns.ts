// Text in columns, two spaces apart.

/** Widths are counted in characters as people see them: ŷ is one, even when it is written as two. */
export function columns(rows: readonly (readonly string[])[], align: readonly ("left" | "right")[]): string {
  const widths = align.map((_, i) => Math.max(...rows.map((row) => width(row[i] ?? ""))));
  return rows
    .map((row) =>
      row
        .map((text, i) => pad(text, widths[i] ?? 0, align[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function width(text: string): number {
  return [...segmenter.segment(text)].length;
}

function pad(text: string, to: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return align === "left" ? text + space : space + text;
}
