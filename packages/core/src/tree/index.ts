export { flattenTree, isLeaf, joinPath, LEAF, mapTree, type TreeLeaf, zipTree } from "./tree.ts";
