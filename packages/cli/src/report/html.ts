// HTML as a value: everything put into a template is escaped unless it is HTML already.

export interface Html {
  readonly html: string;
}
export type Content = Html | string | number | undefined | readonly Content[];

/** A template whose values are escaped; lists are joined, `undefined` is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.reduce((text, part, i) => text + render(values[i - 1]) + part) };
}

/** Text that is HTML already: only for what this program made itself. */
export function trusted(text: string): Html {
  return { html: text };
}

/** For text and for double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function render(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string") return escapeHtml(content);
  if (typeof content === "number") return escapeHtml(String(content));
  if ("html" in content) return content.html;
  return content.map(render).join("");
}
