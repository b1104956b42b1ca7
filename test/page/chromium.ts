import * as fs from "node:fs";
import * as path from "node:path";
import { installCommand, installPackages } from "../support/debianPackages";
import { asCommand } from "../support/goTool";

/*
 * The browser that the page is tried in: the machine's own Chromium or Chrome, or the one that CHROMIUM names. On Debian and Ubuntu it is
 * installed where there is none and the rights to do so.
 */

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS"];

/** Where the browser is; nothing where there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  return folders.flatMap((folder) => [...names, "Google Chrome", "Chromium"].map((name) => path.join(folder, name))).find((file) => fs.existsSync(file));
}

/** Installs it where it isn't there. */
function provision(): undefined {
  if (findChromium() !== undefined) return;
  installPackages("chromium");
  if (findChromium() === undefined) throw new Error(`There is no Chromium or Chrome here to try the page in. Install one, as on Debian by "${installCommand("chromium")}", or name it: CHROMIUM=/path/to/chrome npm run test:page.`);
}

if (require.main === module) asCommand(provision);
