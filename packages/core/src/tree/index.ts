export { flattenTree, isLeaf, LEAF, mapTree, type TreeLeaf, zipTree } from "./tree.ts";
