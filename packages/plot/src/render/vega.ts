// The only file that runs Vega. Loaded on the first picture, because it takes a third of a second to start.
import { InternalError } from "steepest";
import type { LoggerInterface, Spec } from "vega";
import type { JsonObject } from "../json.ts";

/** Raw SVG text. @throws InternalError when Vega complains: a specification of ours must render without warnings. */
export async function renderVega(spec: JsonObject): Promise<string> {
  const { parse, View } = await import("vega");
  const complaints: string[] = [];
  // a copy: Vega writes ids into the rows that it is given
  const view = new View(parse(structuredClone(spec) as unknown as Spec), {
    renderer: "none",
    logger: collector(complaints),
  });
  try {
    const svg = await view.toSVG();
    if (complaints.length > 0) throw new InternalError(`A figure did not render cleanly: ${complaints.join("; ")}.`);
    return svg;
  } finally {
    view.finalize();
  }
}

// Vega reports errors of the dataflow to its logger and goes on; here they become the error of the picture.
function collector(complaints: string[]): LoggerInterface {
  const note = (...parts: unknown[]) => {
    complaints.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
    return logger;
  };
  const ignore = () => logger;
  function level(): number;
  function level(value: number): LoggerInterface;
  function level(value?: number): number | LoggerInterface {
    return value === undefined ? 2 : logger; // 2: warnings and errors
  }
  const logger: LoggerInterface = { level, error: note, warn: note, info: ignore, debug: ignore };
  return logger;
}
