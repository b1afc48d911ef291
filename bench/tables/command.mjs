// One run of the command line, with the memory that it took at its peak:
// node bench/tables/command.mjs <file for { code, seconds, peakMiB }> <words of the command>
import { writeFileSync } from "node:fs";
import { main } from "@steepest/cli";

const [out, ...words] = process.argv.slice(2);
const started = performance.now();
const code = await main(words);
const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
writeFileSync(out, JSON.stringify({ code, seconds, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) }));
process.exitCode = code;
