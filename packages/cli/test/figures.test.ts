// `steepest figures`: what is written, what is said, and what is refused.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { gallery } from "@steepest/plot/gallery";
import { describe, expect, it } from "vitest";
import { finish, useCli } from "./cli.ts";

const cli = useCli();
const names = gallery.map(({ name }) => name);
const entry = (name: string) => gallery.find((one) => one.name === name)!;

describe("steepest figures", () => {
  it("writes every figure in three formats, and nothing else", async () => {
    const { code, stdout, stderr } = await cli.run(["figures", "--all", "--out", "all"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${names.length} figures as svg, png, vg.json in all\n` });
    const files = names.flatMap((name) => ["svg", "png", "vg.json"].map((format) => `${name}.${format}`));
    expect(readdirSync(cli.path("all")).sort()).toEqual(files.sort());
    // one line per figure in a pipe
    expect(stderr.trimEnd().split("\n")).toHaveLength(names.length);
    for (const name of names) expect(stderr).toContain(`${name}: ${entry(name).shows}`);
  });

  it("writes the pictures of the gallery, byte for byte, and specifications that draw them", async () => {
    expect((await cli.run(["figures", "--only", "roc,attention", "--out", "some", "--quiet"])).code).toBe(0);
    for (const name of ["roc", "attention"]) {
      const figure = entry(name).draw();
      expect(cli.read(`some/${name}.svg`)).toBe(`${await figure.toSVG()}\n`);
      expect(JSON.parse(cli.read(`some/${name}.vg.json`))).toEqual(figure.spec);
      expect(
        readFileSync(cli.path(`some/${name}.png`))
          .subarray(0, 8)
          .toString("latin1"),
      ).toBe("\x89PNG\r\n\x1a\n");
    }
  });

  it("--list names them, as text and as JSON", async () => {
    const { stdout } = await cli.run(["figures", "--list"]);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("  ")[0]),
    ).toEqual(names);
    const json = await cli.run(["figures", "--list", "--json"]);
    expect(JSON.parse(json.stdout).figures[0]).toEqual({ name: names[0], shows: gallery[0]!.shows });
  });

  it("--json is one document with captions and files", async () => {
    const { stdout, stderr } = await cli.run([
      ...["figures", "--only", "sigmoid", "--formats", "svg,vg.json", "--out", "json", "--json", "--quiet"],
    ]);
    const { title, description } = entry("sigmoid").draw();
    expect(JSON.parse(stdout)).toEqual({
      out: "json",
      formats: ["svg", "vg.json"],
      figures: [{ name: "sigmoid", title, description, files: ["json/sigmoid.svg", "json/sigmoid.vg.json"] }],
    });
    expect(stderr).toBe("");
  });

  it("--theme dark draws on a dark paper", async () => {
    await cli.run(["figures", "--only", "sigmoid", "--formats", "svg", "--out", "dark", "--theme", "dark"]);
    expect(cli.read("dark/sigmoid.svg")).toContain('fill="#14181d"');
  });

  it("--events are JSON lines", async () => {
    const { stderr } = await cli.run([
      "figures",
      "--only",
      "sigmoid",
      "--formats",
      "svg",
      "--out",
      "events",
      "--events",
    ]);
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ kind, step }) => [kind, step])).toEqual([
      ["start", "sigmoid"],
      ["done", "sigmoid"],
    ]);
  });
});

describe("steepest figures refuses", () => {
  it("to choose by itself", async () => {
    const { code, stderr } = await cli.run(["figures"]);
    expect(code).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest figures: no figure is chosen (OptionError missing-option)
        fix       --list  shows their names
                  --only name,name  draws some
                  --all  draws every one
      "
    `);
  });

  it("names, formats and themes that it does not know, all at once", async () => {
    const { code, stderr } = await cli.run(["figures", "--only", "rok,zzz", "--formats", "svg,pdf", "--theme", "neon"]);
    expect(code).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest figures: 4 problems
      - --theme must be one of safe, print, dark, got "neon" (OptionError invalid-option)
        received  "neon"              expected  one of safe, print, dark
      - --only: there is no figure "rok" (OptionError unknown-figure)
        fix       did you mean "roc"?
      - --only: there is no figure "zzz" (OptionError unknown-figure)
        fix       steepest figures --list  shows all
      - --formats: there is no format "pdf" (OptionError unknown-format)
        fix       one of svg, png, vg.json
      "
    `);
  });

  it("all and some at once", async () => {
    const { code, stdout } = await cli.run(["figures", "--all", "--only", "roc", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe("contradiction");
  });

  it("to overwrite without --force", async () => {
    const words = ["figures", "--only", "sigmoid", "--formats", "svg", "--out", "twice", "--quiet"];
    await cli.run(words);
    const before = statSync(cli.path("twice/sigmoid.svg")).mtimeMs;
    const { code, stderr } = await cli.run(words);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '"twice" holds 1 file that would be overwritten: twice/sigmoid.svg (OptionError files-exist)',
    );
    expect(statSync(cli.path("twice/sigmoid.svg")).mtimeMs).toBe(before);
    expect((await cli.run([...words, "--force"])).code).toBe(0);
  });

  it("a folder that is a file, and leaves nothing half-written", async () => {
    cli.file("taken", "x");
    const { code, stderr } = await cli.run([
      "figures",
      "--only",
      "sigmoid",
      "--out",
      "taken/figures",
      "--formats",
      "svg",
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be used: a part of its path is a file/);
    expect(cli.read("taken")).toBe("x");
  });
});

describe("where PNG cannot be written", () => {
  const words = ["figures", "--only", "sigmoid", "--quiet"];
  const preload = (name: string, code: string) => ({
    env: { NODE_OPTIONS: `--import=${cli.path(cli.file(name, code))}` },
  });
  const noFonts = () =>
    preload(
      "no-fonts.mjs",
      `import fs from "node:fs";
       const { existsSync } = fs;
       fs.existsSync = (path) => !/DejaVu/.test(path) && existsSync(path);`,
    );
  const noResvg = () =>
    preload(
      "no-resvg.mjs",
      `import { register } from "node:module";
       const hook = 'export const resolve = (name, context, next) => { if (name === "@resvg/resvg-js") throw new Error("absent"); return next(name, context); }';
       register("data:text/javascript," + encodeURIComponent(hook));`,
    );

  it("says what to install, when PNG was asked for, and writes nothing", async () => {
    const font = await cli.run([...words, "--formats", "svg,png", "--out", "no-font"], noFonts());
    expect(font.code).toBe(1);
    expect(font.stderr).toMatch(/no font was found.*Install the DejaVu fonts.*BackendError no-font/s);
    const resvg = await cli.run([...words, "--formats", "png", "--out", "no-resvg"], noResvg());
    expect(resvg.code).toBe(1);
    expect(resvg.stderr).toMatch(/npm install @resvg\/resvg-js.*BackendError resvg-missing/s);
    for (const folder of ["no-font", "no-resvg"]) expect(existsSync(cli.path(folder))).toBe(false);
  });

  it("leaves PNG out and says so, when nobody asked for it", async () => {
    const loud = words.filter((word) => word !== "--quiet");
    const { code, stdout, stderr } = await cli.run([...loud, "--out", "without"], noFonts());
    expect({ code, stdout }).toEqual({ code: 0, stdout: "1 figure as svg, vg.json in without\n" });
    expect(stderr).toContain("PNG is left out. toPNG: no font was found");
    expect(readdirSync(cli.path("without")).sort()).toEqual(["sigmoid.svg", "sigmoid.vg.json"]);
  });
});

it("Ctrl-C ends it after the running figure, and names the rest", { timeout: 60_000 }, async () => {
  const child = cli.start(["figures", "--all", "--out", "stopped", "--formats", "svg"]);
  child.stderr!.once("data", () => child.kill("SIGINT")); // the first figure is written
  const { code, stderr } = await finish(child);
  expect(code).toBe(130);
  const written = readdirSync(cli.path("stopped")).map((file) => file.replace(/\.svg$/, ""));
  expect(written.length).toBeGreaterThan(0);
  const rest = stderr.match(/interrupted; the rest: (steepest figures --only (\S+) --out stopped --formats svg)\n/)!;
  expect([...written, ...rest[2]!.split(",")].sort()).toEqual([...names].sort());
  expect((await cli.shell(rest[1]!)).code).toBe(0);
  expect(readdirSync(cli.path("stopped"))).toHaveLength(names.length);
});
