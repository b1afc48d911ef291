import { BackendError } from "steepest";
import { expect, it } from "vitest";
import { findFonts } from "./fonts.ts";
import { svgToPng } from "./png.ts";

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15" font-size="12">abc</text></svg>';
const fonts = findFonts();

it.skipIf(fonts.length === 0)("draws text, at the scale asked for", async () => {
  const png = Buffer.from(await svgToPng(svg, { scale: 3 }));
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([120, 60]);
  const empty = await svgToPng(svg.replace("abc", ""), { scale: 3 });
  expect(png.length).toBeGreaterThan(2 * empty.length);
});

it("says that there is no font instead of dropping the text", async () => {
  await expect(svgToPng(svg, { fontFiles: [] })).rejects.toThrow(BackendError);
  await expect(svgToPng(svg, { fontFiles: [] })).rejects.toMatchObject({ code: "no-font" });
});

it("says what to install where resvg is missing", async () => {
  const absent = () => Promise.reject(new Error("Cannot find package '@resvg/resvg-js'"));
  await expect(svgToPng(svg, {}, absent)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[BackendError: toPNG needs the optional package @resvg/resvg-js: npm install @resvg/resvg-js. toSVG needs nothing.]`,
  );
});
