// Property tests draw from one seed, so that a run can be repeated: STEEPEST_SEED=random explores, STEEPEST_SEED=7 takes another path.
import * as fc from "fast-check";

const wanted = process.env["STEEPEST_SEED"] ?? "1";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
