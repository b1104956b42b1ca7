import * as fs from "node:fs";
import * as path from "node:path";
import { ImagesError } from "./imagesError";

/** An image of an example, as its `package.json` lists it under `images`. */
export interface ExampleImage {
  /** Its place in a registry, with the example's version as its tag: `apps/echo:1.0.0`. */
  readonly reference: string;
  /** The folder that it is built of. */
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly version?: string;
  readonly images?: Readonly<Record<string, { readonly context: string; readonly dockerfile?: string; readonly arguments?: Readonly<Record<string, string>> }>>;
}

/** The images of the examples in a folder, each example a folder with a `package.json`. */
export function exampleImages(folder: string, only: readonly string[]): ExampleImage[] {
  const all = fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, "package.json"))).sort();
  const unknown = only.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new ImagesError(`There is no example ${unknown.join(", ")}: there are ${all.join(", ")}.`, 2);
  return all.filter((name) => only.length === 0 || only.includes(name)).flatMap((name) => imagesOf(path.join(folder, name)));
}

function imagesOf(example: string): ExampleImage[] {
  const file = path.join(example, "package.json");
  const { version = "", images = {} } = JSON.parse(fs.readFileSync(file, "utf8")) as Manifest;
  return Object.entries(images).map(([name, { context, dockerfile = path.join(context, "Dockerfile"), arguments: buildArguments = {} }]) => {
    // What is pushed under a name that moves can't be told from what was pushed before.
    if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) throw new ImagesError(`${file} has no exact version, which is the images' tag: ${JSON.stringify(version)}.`);
    if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name)) throw new ImagesError(`${file} has an image ${JSON.stringify(name)}: its name is of lower-case letters and digits, with . _ - between them.`);
    const place = { context: path.join(example, context), dockerfile: path.join(example, dockerfile) };
    for (const wanted of Object.values(place)) if (!fs.existsSync(wanted)) throw new ImagesError(`${file} names ${wanted} for the image ${name}, which is not there.`);
    return { reference: `apps/${name}:${version}`, ...place, buildArguments };
  });
}
