// SVG to PNG through resvg, an optional package.
import { BackendError } from "steepest";
import { findFonts } from "./fonts.ts";

export interface PngOptions {
  /** Pixels of the image per pixel of the figure. Default 2. */
  scale?: number;
  /** TrueType or OpenType files for the text. Default: the DejaVu fonts of the system, if they are there. */
  fontFiles?: readonly string[];
}

/** What is used of resvg; its own types are not named here, so that types resolve without the optional package. */
interface ResvgModule {
  readonly Resvg: new (svg: string, options: object) => { render(): { asPng(): Uint8Array } };
}

/** `load` is a parameter for the test of its absence. */
export async function svgToPng(
  svg: string,
  options: PngOptions,
  load: () => Promise<ResvgModule> = loadResvg,
): Promise<Uint8Array> {
  const { scale = 2, fontFiles = findFonts() } = options;
  const { Resvg } = await load().catch(missing);
  if (fontFiles.length === 0) {
    throw new BackendError(
      'toPNG: no font was found, and resvg would drop all text. Install the DejaVu fonts or pass { fontFiles: ["/path/to/font.ttf"] }.',
      { code: "no-font", backend: "resvg" },
    );
  }
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false, fontFiles: [...fontFiles], defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}

// Joined at run time: bundlers for pages would follow a literal name to the native file and fail on it.
function loadResvg(): Promise<ResvgModule> {
  const name = ["@resvg", "resvg-js"].join("/");
  return import(/* @vite-ignore */ name);
}

function missing(cause: unknown): never {
  throw new BackendError(
    "toPNG needs the optional package @resvg/resvg-js: npm install @resvg/resvg-js. toSVG needs nothing.",
    { code: "resvg-missing", backend: "resvg", cause },
  );
}
