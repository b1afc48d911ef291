// The wrapper that screen readers meet. axe finds nothing to complain about in this form; roles on the SVG alone fail it.
import { escapeAttribute } from "./escape.ts";

/** `<div role="img" aria-label="…">` around an SVG that is hidden from the accessibility tree. */
export function wrapSvg(svg: string, label: string): string {
  const hidden = svg.replace(/^<svg\b[^>]*>/, (tag) =>
    tag.replace(/ (?:role|aria-label)="[^"]*"/g, "").replace(/^<svg/, '<svg aria-hidden="true"'),
  );
  return `<div class="figure" role="img" aria-label="${escapeAttribute(label)}">${hidden}</div>`;
}
