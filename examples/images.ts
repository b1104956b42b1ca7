import { buildImages } from "./images/buildImages";
import { parseImageArguments, usage } from "./images/imageArguments";
import { ImagesError } from "./images/imagesError";

/* Builds the examples' images and pushes them to the platform's registry: npm run images -- dev */
try {
  const asked = parseImageArguments(process.argv.slice(2));
  if (asked === "help") console.log(usage);
  else for (const line of buildImages(asked)) console.log(line);
} catch (thrown) {
  if (!(thrown instanceof ImagesError)) throw thrown;
  console.error(thrown.message);
  process.exitCode = thrown.exitCode;
}
