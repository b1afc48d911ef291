export type { ReportInput, ReportMetric } from "./input.ts";
export { renderReport } from "./page.ts";
