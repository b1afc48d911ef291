// What each array of a network is. It follows from the number of layers alone.
import { type LinearParams, type Module, mlp } from "steepest/nn";

export type RolesOfNetwork = Module<LinearParams[]>["roles"];

export function rolesOfNetwork(hidden: readonly number[]): RolesOfNetwork {
  return mlp([1, ...hidden, 1]).roles;
}
