// Two half moons, and two classifiers of them: what the figures of classification are about.
import type { NDArray } from "steepest";
import { moons } from "steepest/data";
import { logisticRegression, pipeline, polynomialFeatures, standardize } from "steepest/models";
import { key } from "steepest/random";
import type { PlaneClassifier } from "../figures/regions.ts";

export interface Moons {
  readonly X: NDArray;
  readonly y: readonly number[];
}

/** 300 points with noise 0.2, as in the tutorial, drawn by our own generator. */
export const trainingMoons = (): Moons => moons({ samples: 300, noise: 0.2, key: key(42) });

/** More of the same, that no model has seen. */
export const freshMoons = (): Moons => moons({ samples: 600, noise: 0.2, key: key(7) });

export interface MoonsModel extends PlaneClassifier<number> {
  predictProba(X: NDArray): NDArray;
}

export const linearModel = ({ X, y }: Moons): MoonsModel => logisticRegression({ l2: 1e-3 }).fit(X, [...y]);

export const cubicModel = ({ X, y }: Moons): MoonsModel =>
  pipeline([polynomialFeatures({ degree: 3 }), standardize()], logisticRegression({ l2: 1e-3 })).fit(X, [...y]);
