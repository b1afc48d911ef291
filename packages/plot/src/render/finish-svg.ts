// From Vega's SVG to ours: one accessible name, ids of one's own, short coordinates, colors that a page can replace.
import { cssColor } from "../shared/theme.ts";
import { escapeAttribute } from "./escape.ts";

export interface FinishOptions {
  readonly colors: "fixed" | "css";
  readonly id: string;
  readonly label: string;
}

/** Rewrites tags only; text between them is left alone (Vega escapes `<` and `>` in both, so tags are found safely). */
export function finishSvg(svg: string, options: FinishOptions): string {
  const ids = new Map<string, string>();
  const idOf = (vegas: string) => {
    // Vega counts clip paths over all pictures of a process; here they count from 0 in each
    if (!ids.has(vegas)) ids.set(vegas, `${options.id}-${ids.size}`);
    return ids.get(vegas)!;
  };
  return svg
    .replace(/<[^>]+>/g, (tag) => finishTag(tag, options.colors, idOf))
    .replace(/^<svg/, `<svg role="img" aria-label="${escapeAttribute(options.label)}"`);
}

function finishTag(tag: string, colors: FinishOptions["colors"], idOf: (vegas: string) => string): string {
  return tag.replace(/ ([\w:-]+)="([^"]*)"/g, (attribute, name: string, value: string) => {
    // Vega names every mark for screen readers; inside of one image these names are noise, and axe rejects them
    if (name === "role" || name.startsWith("aria-") || name === "class") return "";
    if (name === "id") return ` id="${idOf(value)}"`;
    if (value.startsWith("url(#")) return ` ${name}="url(#${idOf(value.slice(5, -1))})"`;
    if ((name === "fill" || name === "stroke") && colors === "css") return ` ${name}="${cssColor(value)}"`;
    // two decimals are a fiftieth of a pixel, and hide the last bits in which platforms differ
    if (coordinates.has(name)) return ` ${name}="${value.replace(/-?\d+\.\d{3,}/g, shorten)}"`;
    return attribute;
  });
}

const coordinates = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"]);

function shorten(number: string): string {
  const rounded = Number(number).toFixed(2);
  return String(Number(rounded)); // "-0.00" becomes "0", "1.50" becomes "1.5"
}
