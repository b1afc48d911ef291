// The only file that runs Vega. Loaded on the first picture, because it takes a third of a second to start.
//
// Expressions are interpreted, never compiled: pages whose security policy forbids `eval` draw as Node does.
import { InternalError } from "steepest";
import type { LoggerInterface, Spec, View, ViewOptions } from "vega";
import type { JsonObject } from "../json.ts";
import type { PageNode } from "./page-element.ts";
import { coordinatesText, tooltipText } from "./pointed-at.ts";
import { requireScales } from "./require-scales.ts";

/** The DOM's `Element`, which is known to vega-typings alone where only the types of Node are loaded. */
type Container = Parameters<View["initialize"]>[0];

/** Raw SVG text. @throws InternalError when Vega complains: a specification of ours must render without warnings. */
export async function renderVega(spec: JsonObject): Promise<string> {
  const complaints: string[] = [];
  const view = await newView(spec, complaints, { renderer: "none" });
  try {
    const svg = await view.toSVG();
    requireClean(complaints);
    return svg;
  } finally {
    view.finalize();
  }
}

/**
 * A view that draws into `container`. With `tell` it answers the pointer: what it points at goes there as text, "" for nothing.
 * The caller finalizes it.
 * @throws InternalError as above.
 */
export async function liveVega(
  spec: JsonObject,
  container: PageNode,
  tell: ((text: string) => void) | undefined,
): Promise<View> {
  const complaints: string[] = [];
  const view = await newView(spec, complaints, {
    renderer: "svg",
    tooltip: (_handler, _event, _item, value) => tell?.(tooltipText(value)),
  });
  try {
    view.initialize(container as unknown as Container);
    if (tell !== undefined) answerPointer(view, tell);
    await view.runAsync();
    requireClean(complaints);
    return view;
  } catch (error) {
    view.finalize();
    throw error;
  }
}

function answerPointer(view: View, tell: (text: string) => void): void {
  view.hover();
  view.addEventListener("pointerover", (_event, item) => tell(coordinatesText(item?.mark.marktype, item?.datum)));
  view.addEventListener("pointerout", () => tell(""));
}

async function newView(spec: JsonObject, complaints: string[], options: ViewOptions): Promise<View> {
  requireScales(spec);
  const [{ parse, View }, { expressionInterpreter }] = await Promise.all([import("vega"), import("vega-interpreter")]);
  // a copy: Vega writes ids into the rows that it is given
  const copy = structuredClone(spec) as unknown as Spec;
  return new View(parse(copy, { events: { bind: "none" } }, { ast: true }), {
    ...options,
    expr: expressionInterpreter,
    logger: collector(complaints),
  });
}

function requireClean(complaints: readonly string[]): void {
  if (complaints.length > 0) throw new InternalError(`A figure did not render cleanly: ${complaints.join("; ")}.`);
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
