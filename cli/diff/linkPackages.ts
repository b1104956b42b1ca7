import * as fs from "node:fs";
import * as path from "node:path";

/** Where packages are installed, and where they are wanted: a folder of a checkout, and the same one of another checkout of it. */
export interface Folders {
  readonly repository: string;
  readonly tree: string;
  readonly here: string;
  readonly there: string;
}

/**
 * Gives a folder the packages that another one has, by links to each. What is a link to a part of the repository itself, as npm makes them
 * for `file:` and workspaces, leads to that part of the other checkout.
 */
export function linkPackages({ repository, tree, here, there }: Folders): void {
  const [from, to] = [here, there].map((folder) => path.join(folder, "node_modules")) as [string, string];
  const link = (name: string): void => {
    const real = fs.realpathSync(path.join(from, name));
    const place = path.relative(repository, real);
    const isOwn = !path.isAbsolute(place) && !place.split(path.sep).some((part) => part === ".." || part === "node_modules");
    fs.symlinkSync(isOwn ? path.join(tree, place) : real, path.join(to, name), "junction");
  };
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from)) {
    if (entry.startsWith(".")) continue;
    if (!entry.startsWith("@")) link(entry);
    else {
      fs.mkdirSync(path.join(to, entry), { recursive: true });
      fs.readdirSync(path.join(from, entry)).forEach((name) => link(path.join(entry, name)));
    }
  }
}
