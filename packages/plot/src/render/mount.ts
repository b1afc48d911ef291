// A figure in a page. Keeps one element per mounted figure, and nothing outside of it.
import type { Figure } from "../figure.ts";
import type { PageElement, PageNode } from "./page-element.ts";
import { liveVega } from "./vega.ts";

export interface MountOptions {
  /**
   * Answer the pointer: points, bars and cells show their values, and signals, hover sets and tooltips of the specification
   * work. Inputs (`bind`) are never drawn: screen readers would not find them inside of an image. Default false: a still
   * picture without listeners.
   */
  interactive?: boolean;
}

export interface MountedFigure {
  /**
   * Shows another figure in place of this one, at once when it is drawn. If it cannot be drawn, the one that is shown stays.
   * Calls are drawn in order; of several that wait, only the last one is drawn. Does nothing after `remove`.
   */
  update(figure: Figure): Promise<void>;
  /** Takes the figure out of the page, with all of its nodes and listeners. */
  remove(): void;
}

type Shown = Pick<Figure, "spec" | "title" | "description">;

interface Picture {
  readonly node: PageNode;
  /** Ends timers and listeners. */
  stop(): void;
}

/** Draws out of sight, then appends to `element`. @throws InternalError when Vega complains about the specification. */
export async function mountFigure(element: PageElement, figure: Shown, options: MountOptions): Promise<MountedFigure> {
  const { interactive = false } = options;
  const page = element as unknown as PageNode; // an element of the DOM has both forms
  let picture = await draw(page, figure, interactive);
  let removed = false;
  let newest: Shown = figure;
  let turn: Promise<void> = Promise.resolve();
  page.append(picture.node);

  async function replace(next: Shown): Promise<void> {
    if (removed || next !== newest) return;
    const replacement = await draw(page, next, interactive);
    if (removed) return replacement.stop();
    picture.node.replaceWith(replacement.node);
    picture.stop();
    picture = replacement;
  }

  return {
    update(next) {
      newest = next;
      const drawn = turn.then(() => replace(next));
      turn = drawn.catch(() => undefined); // who called hears of it; the next one is drawn all the same
      return drawn;
    },
    remove() {
      if (removed) return;
      removed = true;
      picture.stop();
      picture.node.remove();
    },
  };
}

/** The same form as `toHTML` gives: one image with a name, and an SVG that screen readers skip. */
async function draw(page: PageNode, figure: Shown, interactive: boolean): Promise<Picture> {
  const { ownerDocument } = page;
  const node = ownerDocument.createElement("div");
  node.setAttribute("class", "figure");
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", `${figure.title}. ${figure.description}`);
  const tell = (text: string) => (text === "" ? node.removeAttribute("title") : node.setAttribute("title", text));
  // Vega gives its container a role and a label of its own, so it gets another element than the reader
  const container = ownerDocument.createElement("div");
  const view = await liveVega(figure.spec, container, interactive ? tell : undefined);
  const svg = container.querySelector("svg")!;
  svg.setAttribute("aria-hidden", "true");
  node.append(svg);
  if (!interactive) view.finalize();
  return { node, stop: () => view.finalize() };
}
