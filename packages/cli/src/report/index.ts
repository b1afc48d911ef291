export { type ComparedRun, type Comparison, compare } from "./compare/compared.ts";
export { renderComparison } from "./compare/page.ts";
export type { ReportDuplicates, ReportInput, ReportMetric, ThresholdRow } from "./input.ts";
export { renderReport } from "./page.ts";
export { parseReport, StoredReportError, serializeReport } from "./stored.ts";
