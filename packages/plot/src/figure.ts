// A figure is a Vega specification with its data inside, a title, a sentence and a table. Pictures are made on demand.
import type { Json, JsonObject } from "./json.ts";
import { wrapSvg } from "./render/accessible.ts";
import { finishSvg } from "./render/finish-svg.ts";
import { type MountedFigure, type MountOptions, mountFigure } from "./render/mount.ts";
import type { PageElement } from "./render/page-element.ts";
import { type PngOptions, svgToPng } from "./render/png.ts";
import { renderVega } from "./render/vega.ts";
import type { ThemeName } from "./shared/theme.ts";

export type TableRow = Readonly<Record<string, string | number>>;

/** What all builders take. */
export interface FigureOptions {
  /** Default: what the figure shows, in a few words. */
  title?: string;
  /** Draw the title inside of the picture. Default true; pages that write their own heading pass false. */
  heading?: boolean;
  /** Width of the whole picture in pixels, labels included. Default depends on the figure. */
  width?: number;
  /** Height of the whole picture in pixels. Default depends on the figure, and on the number of rows where there are rows. */
  height?: number;
  /** Colors. Series differ by dash and symbol as well. Default "safe": color-blind safe on white. */
  theme?: ThemeName;
  /** One sentence for captions and screen readers. Default: made from the numbers. */
  description?: string;
}

export interface SvgOptions {
  /**
   * "fixed" writes the colors of the theme and its background: reads anywhere. "css" writes `var(--figure-ink, …)` and so
   * on, so that a page may give light and dark values (`figureColors`) and the picture follows. Default "fixed".
   */
  colors?: "fixed" | "css";
  /** Start of ids inside of the picture; different for each figure of one page. Default: made from the specification. */
  id?: string;
  /** Name for screen readers. Default: title and description; pages that print these as a caption pass the title alone. */
  label?: string;
}

export interface Figure {
  /** A Vega specification with its data inside: save it, compare it, show it anywhere. */
  readonly spec: JsonObject;
  readonly title: string;
  /** One sentence with the numbers that matter, used as caption and for screen readers. */
  readonly description: string;
  /** The picture, without a DOM. Equal figures give equal bytes. */
  toSVG(options?: SvgOptions): Promise<string>;
  /** The picture for a page: `<div role="img" aria-label="…">` around an SVG that screen readers skip. */
  toHTML(options?: SvgOptions): Promise<string>;
  /**
   * Needs the optional package `@resvg/resvg-js` and a font file, because resvg drops text without one.
   * @throws BackendError when either is missing; the message says which.
   */
  toPNG(options?: PngOptions): Promise<Uint8Array>;
  /**
   * Browser: draws into a page, at the end of `element` (any element of the DOM). Needs no `unsafe-eval`: the content security
   * policy `script-src 'self'` suffices. Screen readers meet one image with title and description, as in `toHTML`.
   * @throws InternalError when Vega complains about the specification; the page is then as it was.
   *
   * @example
   * ```ts
   * import { curves, type PageElement } from "@steepest/plot";
   * export async function show(element: PageElement): Promise<void> {
   *   const mounted = await curves({ sgd: [1, 0.5] }).mount(element);
   *   await mounted.update(curves({ sgd: [1, 0.5, 0.25] }));
   *   mounted.remove();
   * }
   * ```
   */
  mount(element: PageElement, options?: MountOptions): Promise<MountedFigure>;
  /** The numbers behind the figure, as a table. */
  toTable(): readonly TableRow[];
}

/** What a builder hands over. */
export interface FigureParts {
  readonly spec: JsonObject;
  readonly title: string;
  readonly description: string;
  /** Made when it is asked for: it may be as long as the data. */
  readonly table: () => readonly TableRow[];
}

export function makeFigure(parts: FigureParts): Figure {
  const { spec, title, description, table } = parts;
  const toSVG = async (options: SvgOptions = {}) => {
    const { colors = "fixed", id = `f${hash(spec)}`, label = `${title}. ${description}` } = options;
    return finishSvg(await renderVega(spec), { colors, id, label });
  };
  const figure = {
    spec,
    title,
    description,
    toSVG,
    toHTML: async (options: SvgOptions = {}) =>
      wrapSvg(await toSVG(options), options.label ?? `${title}. ${description}`),
    toPNG: async (options: PngOptions = {}) => svgToPng(await toSVG(), options),
    mount: (element: PageElement, options: MountOptions = {}) =>
      mountFigure(element, { spec, title, description }, options),
    toTable: table,
    // Notebooks (Deno's Jupyter kernel) ask for this method by its registered symbol.
    [Symbol.for("Jupyter.display")]: async () => ({
      "application/vnd.vega.v6+json": spec,
      "image/svg+xml": await toSVG(),
      "text/html": await figure.toHTML(),
      "text/plain": `${title}. ${description}`,
    }),
  };
  return figure;
}

// FNV-1a over the JSON text: ids that depend on nothing but the content
function hash(value: Json): string {
  let h = 0x811c9dc5;
  for (const unit of JSON.stringify(value)) h = Math.imul(h ^ unit.codePointAt(0)!, 0x01000193) >>> 0;
  return h.toString(36);
}
