// A finished run from its folder: the model, and what the commands need to know about its training.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError } from "steepest";
import { loadModel } from "steepest/io";
import * as v from "valibot";
import { RequestError, toFailure } from "../failure.ts";
import type { Predictor } from "../model/predictor.ts";
import { toPredictor } from "../model/table-predictor.ts";
import { didYouMean } from "../nearest.ts";

export interface OpenRun {
  readonly folder: string;
  readonly predictor: Predictor;
  /** Two classes: the one that precision, recall and thresholds speak of. */
  readonly positive: string | undefined;
  /** Texts that meant missing in training. */
  readonly missing: readonly string[];
}

/** The part of metrics.json that other commands read. A model without it is used with defaults. */
const recordSchema = v.object({
  positive: v.optional(v.string()),
  data: v.optional(v.object({ missing: v.optional(v.array(v.string()), []) })),
});

/** @throws RequestError or DataError when there is no run, or its model is cut, changed, or of a newer version. */
export async function openRun(folder: string): Promise<OpenRun> {
  const file = join(folder, "model.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => missingModel(folder, file, error));
  const description = parseModel(text, file);
  const weights = await readFile(join(folder, "weights.safetensors")).catch(() => undefined);
  try {
    const predictor = toPredictor(loadModel(description, weights));
    const record = await readRecord(folder);
    const { classes } = predictor.encoder;
    return {
      folder,
      predictor,
      positive: classes?.length === 2 ? (record.positive ?? classes[1]) : undefined,
      missing: record.data?.missing ?? [],
    };
  } catch (error) {
    const { problems, exitCode } = toFailure(error, file);
    if (exitCode !== 2) throw error;
    throw new RequestError(
      problems.map((problem) => ({
        ...problem,
        where: { ...problem.where, file },
        fix: problem.fix.length > 0 ? problem.fix : [RETRAIN],
      })),
    );
  }
}

const RETRAIN = "train again, or copy the run again from where it came";

async function missingModel(folder: string, file: string, error: unknown): Promise<never> {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
  const inside = await readdir(folder).catch(() => undefined);
  const siblings = await readdir(dirname(folder)).catch(() => []);
  const name =
    folder
      .split("/")
      .filter((part) => part !== "")
      .at(-1) ?? "";
  throw new RequestError([
    {
      class: "DataError",
      code: "no-run",
      message: inside === undefined ? `there is no run "${folder}"` : `the folder "${folder}" holds no model`,
      where: { file },
      fix: [...didYouMean(name, siblings), `steepest train … --out ${folder}  makes one`],
    },
  ]);
}

function parseModel(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError([
      {
        class: "DataError",
        code: "corrupt-model",
        message: "the model file is not complete JSON: it was cut off or changed",
        where: { file },
        received: (cause as Error).message,
        expected: "the JSON that train wrote",
        fix: [RETRAIN],
      },
    ]);
  }
}

async function readRecord(folder: string): Promise<v.InferOutput<typeof recordSchema>> {
  const text = await readFile(join(folder, "metrics.json"), "utf8").catch(() => "{}");
  try {
    return v.parse(recordSchema, JSON.parse(text));
  } catch (cause) {
    throw new DataError("metrics.json is not as train writes it: it was cut off or changed", {
      code: "corrupt-metrics",
      cause,
    });
  }
}
