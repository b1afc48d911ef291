// The version of the library, as model files name it. Equal to package.json: a test compares them.
export const VERSION = "0.1.0";
