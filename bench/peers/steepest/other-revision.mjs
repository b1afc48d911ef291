// Resolves `steepest` and its entries from another folder (STEEPEST_BENCH_FOLDER), so that two builds can be compared.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const base = pathToFileURL(`${process.env.STEEPEST_BENCH_FOLDER}/package.json`).href;
register(
  `data:text/javascript,${encodeURIComponent(`export function resolve(name, context, next) {
    return /^steepest(\\/|$)/.test(name) ? next(name, { ...context, parentURL: ${JSON.stringify(base)} }) : next(name, context);
  }`)}`,
);
