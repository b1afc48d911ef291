// Property tests draw from one seed, so that a run can be repeated: STEEPEST_SEED=random explores, STEEPEST_SEED=7 takes another path.
import * as fc from "fast-check";

// One thread and no library of the system, unless a test asks for them: test files share the cores already.
process.env["STEEPEST_THREADS"] ??= "1";
process.env["STEEPEST_NATIVE"] ??= "0";
process.env["STEEPEST_FMA"] ??= "0"; // a test that wants it sets a flag of V8 for all of them

const wanted = process.env["STEEPEST_SEED"] ?? "1";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
