// The look of a report. Colors of figures are the variables that @steepest/plot names; the rest of the page uses the same ones.
import { figureColors, type ThemeName } from "@steepest/plot";

const variables = (theme: ThemeName) =>
  Object.entries(figureColors(theme))
    .map(([name, value]) => `${name}: ${value};`)
    .join(" ");

export const style: string = `
:root { color-scheme: light dark; ${variables("safe")} --panel: #f5f7f9; --good: #00664a; --warn: #8a4b00; --link: #005a8f; }
@media screen and (prefers-color-scheme: dark) {
  :root { ${variables("dark")} --panel: #1c222a; --good: #4fd1a5; --warn: #f0b46a; --link: #7cc4f0; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: auto; }
body { margin: 0; background: var(--figure-paper); color: var(--figure-ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { padding: 3rem 0 1rem; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); line-height: 1.2; margin: 0 0 .75rem; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 2rem 0 .5rem; font-weight: 650; }
p { margin: 0 0 1rem; max-width: 42rem; }
section { padding: 2.25rem 0 1rem; border-top: 1px solid var(--figure-grid); }
a { color: var(--link); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
pre { background: var(--panel); border-radius: .5rem; padding: .9rem 1rem; margin: 0 0 1.25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.label { margin: 0 0 .5rem; }
pre + .hint { margin: -.5rem 0 1.5rem; }
.hash { overflow-wrap: anywhere; }
.eyebrow { margin: 0 0 .25rem; color: var(--figure-muted); font-size: .875rem; }
.eyebrow::first-letter { text-transform: uppercase; }
.hint, small { color: var(--figure-muted); font-size: .8125rem; font-weight: 400; }
.tag { background: var(--panel); border: 1px solid var(--figure-grid); border-radius: 1rem; padding: 0 .5rem; font-size: .75rem; font-weight: 400; }
.status { padding-left: .9rem; border-left: 4px solid; }
.status.good, .note.good { border-color: var(--good); }
.status.warn, .note.warn { border-color: var(--warn); }
.status.good strong { color: var(--good); }
.status.warn strong { color: var(--warn); }
.note { border-left: 4px solid; background: var(--panel); border-radius: 0 .5rem .5rem 0; padding: .75rem 1rem; margin: 0 0 1.5rem; max-width: none; }
.note p { margin: 0 0 .25rem; }
.note ul { margin: 0; padding-left: 1.1rem; }
.tiles { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
.tiles li { background: var(--panel); border-radius: .6rem; padding: .8rem 1rem; display: flex; flex-direction: column; line-height: 1.35; }
.tiles span { font-size: .875rem; }
.tiles b { font-size: clamp(1.25rem, 1rem + 1.2vw, 1.6rem); white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.facts { display: grid; gap: .75rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 45%), 1fr)); margin: 0 0 1.5rem; }
.facts dt { color: var(--figure-muted); font-size: .8125rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 2rem; padding: 0; }
nav a { display: inline-block; padding: .25rem 0; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; max-width: 100%; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; font-variant-numeric: tabular-nums; min-width: min(100%, 24rem); }
th, td { padding: .4rem .8rem .4rem 0; text-align: left; border-bottom: 1px solid var(--figure-grid); vertical-align: baseline; }
thead th { color: var(--figure-muted); font-weight: 400; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 8.5rem; }
td { white-space: nowrap; }
td:not(.number) { max-width: 22rem; white-space: normal; }
.number { text-align: right; }
figure { margin: 1.5rem 0 2rem; min-width: 0; }
figure .figure svg { display: block; width: 100%; height: auto; }
.wide { max-width: 44rem; }
.half .wide { max-width: 30rem; }
.narrow { display: none; max-width: 24rem; }
figcaption { font-size: .875rem; line-height: 1.5; color: var(--figure-muted); margin: 0 0 .5rem; max-width: 42rem; }
figcaption strong { display: block; font-size: 1rem; font-weight: 600; color: var(--figure-ink); }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2rem; align-items: start; }
.pair > figure { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: subgrid; grid-row: span 3; align-content: start; }
details { font-size: .875rem; }
summary { cursor: pointer; padding: .25rem 0; color: var(--figure-ink); }
details[open] > summary { margin-bottom: .5rem; }
details .scroll { max-height: 24rem; overflow: auto; }
.steps { padding-left: 1.4rem; margin: 0 0 1rem; }
.steps li { padding: .15rem 0; }
.methods { padding-left: 1.1rem; margin: 0 0 1rem; font-size: .9375rem; }
.steps p, .steps details { margin: 0; font-size: 1rem; }
.steps .facts { padding: .5rem 0 0 1rem; font-size: .9375rem; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--figure-muted); font-size: .8125rem; border-top: 1px solid var(--figure-grid); }
@media (max-width: 40rem) {
  header { padding-top: 1.5rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  nav a { padding: .4rem 0; }
  th, td { padding-right: .6rem; }
  tbody th { min-width: 4.5rem; }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  body { font-size: 10pt; }
  main, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  nav, figure details:not([open]) { display: none; }
  .wide { display: block; }
  .narrow { display: none; }
  .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  section { padding-top: 1rem; }
  figure, tr, .tiles, .note { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  th, td { padding-right: .4rem; }
  tbody th { min-width: 0; }
  td { white-space: normal; }
}
`.replaceAll(/\n\s*/g, "\n");
