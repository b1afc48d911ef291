// The frame around a picture: sizes, title, legend, background. All lengths are explicit (autosize "none"), because Vega's
// own estimate of text widths without a browser is half as wide again as the text.
import type { FigureOptions } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { fitText } from "./text-width.ts";
import { fontFamily, type Theme, themes } from "./theme.ts";
import { requireRoom } from "./values.ts";

/** Space around the plot area, without title and legend. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Frame {
  readonly title: string;
  readonly theme: Theme;
  /** Size of the plot area. */
  readonly width: number;
  readonly height: number;
  readonly padding: Margins;
  /** Where the legend starts, relative to the plot area. */
  readonly legendTop: number;
  readonly heading: boolean;
}

export interface FrameNeeds {
  readonly owner: string;
  readonly title: string;
  /** Default width of the picture, and its default height: of the whole picture, or of the plot area alone. */
  readonly width: number;
  readonly height: number | { readonly plot: number | ((plotWidth: number) => number) };
  readonly margins: Margins;
  /** Lines of a legend above the plot area. */
  readonly legendRows?: number;
}

const headingHeight = 30;
/** Sixteen for the symbol, four between rows. */
export const legendRowHeight = 20;
const leastRoom = 40;

/** Divides the picture. @throws OptionError when the labels leave no room for the plot. */
export function frame(options: FigureOptions, needs: FrameNeeds): Frame {
  const { title = needs.title, heading = true, theme = "safe", width = needs.width } = options;
  const { margins, legendRows = 0, owner } = needs;
  const legendHeight = legendRows === 0 ? 0 : legendRows * legendRowHeight + 8;
  const padding = { ...margins, top: margins.top + legendHeight + (heading ? headingHeight : 0) };
  const plotWidth = width - padding.left - padding.right;
  requireRoom(owner, "width", plotWidth, width, leastRoom);
  const defaultHeight = () => {
    if (typeof needs.height === "number") return needs.height;
    const { plot } = needs.height;
    return Math.round(typeof plot === "number" ? plot : plot(plotWidth)) + padding.top + padding.bottom;
  };
  const height = options.height ?? defaultHeight();
  const plotHeight = height - padding.top - padding.bottom;
  if (options.height !== undefined) requireRoom(owner, "height", plotHeight, height, leastRoom);
  const legendTop = -margins.top - legendHeight;
  return { title, theme: themes[theme], width: plotWidth, height: plotHeight, padding, legendTop, heading };
}

/** What a figure puts into its frame: Vega's own terms. */
export interface Content {
  readonly data?: readonly JsonObject[];
  readonly scales?: readonly JsonObject[];
  readonly axes?: readonly JsonObject[];
  readonly legends?: readonly JsonObject[];
  readonly marks: readonly JsonObject[];
}

/** The complete specification. */
export function specification(frame: Frame, description: string, content: Content): JsonObject {
  const { theme, width, height, padding, heading } = frame;
  const { data = [], scales = [], axes = [], legends = [], marks } = content;
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    description,
    width,
    height,
    padding: { ...padding },
    autosize: "none",
    background: theme.paper,
    config: themeConfig(theme),
    data: [...data],
    scales: [...scales],
    axes: [...axes],
    legends: [...legends],
    marks: heading ? [headingMark(frame), ...marks] : [...marks],
  };
}

// A text mark: Vega would push its own title up by the estimated height of all that stands between.
function headingMark({ width, padding, title, theme }: Frame): JsonObject {
  const room = width + padding.left + padding.right - 16;
  return {
    type: "text",
    encode: {
      enter: {
        x: { value: 8 - padding.left },
        y: { value: 20 - padding.top },
        text: { value: fitText(title, room, 15) },
        fill: { value: theme.ink },
        fontSize: { value: 14 },
        fontWeight: { value: "bold" },
      },
    },
  };
}

function themeConfig({ ink, muted, grid }: Theme): JsonObject {
  return {
    text: { fill: ink, font: fontFamily, fontSize: 11 },
    axis: {
      labelColor: muted,
      labelFont: fontFamily,
      labelFontSize: 11,
      titleColor: ink,
      titleFont: fontFamily,
      titleFontSize: 12,
      titleFontWeight: "normal",
      domainColor: muted,
      tickColor: muted,
      gridColor: grid,
    },
    legend: {
      labelColor: ink,
      labelFont: fontFamily,
      labelFontSize: 12,
      rowPadding: 4,
      clipHeight: legendRowHeight - 4,
      symbolSize: 260,
      symbolStrokeWidth: 2.25,
    },
  };
}
