// Where systems keep the DejaVu fonts. Nothing is downloaded and no other font is guessed: widths would differ.

const folders = [
  "/usr/share/fonts/truetype/dejavu", // Debian, Ubuntu
  "/usr/share/fonts/dejavu-sans-fonts", // Fedora
  "/usr/share/fonts/dejavu", // openSUSE, Alpine
  "/usr/share/fonts/TTF", // Arch
  "/usr/local/share/fonts",
  "/Library/Fonts",
  "C:/Windows/Fonts",
];
const files = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/** The regular and the bold face of the first folder that has the regular one; empty when there is none, or no file system. */
export function findFonts(): readonly string[] {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs === undefined) return [];
  const folder = folders.find((candidate) => fs.existsSync(`${candidate}/${files[0]}`));
  return folder === undefined ? [] : files.map((file) => `${folder}/${file}`).filter((path) => fs.existsSync(path));
}
