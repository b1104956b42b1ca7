import * as path from "node:path";
import { ImageArguments } from "./imageArguments";
import { ExampleImage, exampleImages } from "./exampleImages";
import { ImagesError } from "./imagesError";
import { Ended, run, shown } from "./tool";

const project = path.resolve(__dirname, "../..");

/**
 * Builds the images and pushes them, each once for its version: what is in the registry stays as it is. Returns a line for each; in a dry run,
 * the commands.
 *
 * @throws ImagesError with what to do about it
 */
export function buildImages({ platform, examples, dryRun }: ImageArguments): string[] {
  // Paths as they are from where the command runs.
  const images = exampleImages(path.relative(process.cwd(), path.join(project, "examples")) || ".", examples);
  const address = "stack" in platform ? addressOf(platform.stack) : platform.registry.includes(".") ? platform.registry : `${platform.registry}.azurecr.io`;
  const login = ["acr", "login", "--name", address.split(".")[0] ?? ""];
  if (dryRun) return [shown("az", login), ...images.flatMap((image) => [shown("docker", build(image, address)), shown("docker", push(image, address))])];
  if (images.length > 0) signIn(login, address);
  return images.map((image) => (isThere(image, address) ? `${address}/${image.reference} is there already: another takes a new version in its package.json` : buildAndPush(image, address)));
}

const build = ({ reference, context, dockerfile, buildArguments }: ExampleImage, address: string): string[] => [
  "build",
  // The nodes' own, whatever this machine is.
  "--platform",
  "linux/amd64",
  "--tag",
  `${address}/${reference}`,
  "--file",
  dockerfile,
  ...Object.entries(buildArguments).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
  context,
];

const push = ({ reference }: ExampleImage, address: string): string[] => ["push", `${address}/${reference}`];

function addressOf(stack: string): string {
  const { status, stdout, stderr } = run("pulumi", ["stack", "output", "registryLoginServer", "--stack", stack, "--cwd", project, "--non-interactive"], { keep: true, instead: "name the registry itself with --registry" });
  const address = stdout.trim();
  if (status === 0 && address !== "") return address;
  throw new ImagesError(`The stack ${stack} has no output registryLoginServer: it isn't deployed yet, or Pulumi isn't signed in where its state is. Name the registry itself with --registry.${said(stderr)}`);
}

function signIn(login: readonly string[], address: string): void {
  const ended = run("az", login, { keep: true });
  if (ended.status === 0) return;
  const closed = /not allowed access|CONNECTIVITY_\w+_ERROR|response code: 403/i.test(ended.stderr);
  throw new ImagesError(closed ? isClosed(address, ended) : `az acr login failed. Is az signed in (az login), to the registry's subscription?${said(ended.stderr)}`);
}

/** The platform's registry has no public way in. https://learn.microsoft.com/azure/container-registry/container-registry-private-link */
function isClosed(address: string, { stderr }: Ended): string {
  return (
    `${address} is closed to this machine, or to whoever is signed in. It is reached over its private endpoint alone: run this on a machine in the platform's network or in one that is ` +
    `joined to it (the config's network.runnerVirtualNetworkId), as an identity with the role AcrPush on the registry.${said(stderr)}`
  );
}

// What Docker says of a tag, and of a repository, that the registry hasn't got. `not found` alone is said of a credential helper as well.
const absence = /^(no such manifest: |(manifest|name) unknown)/m;

/** Whether the registry has an image of this version. */
function isThere({ reference }: ExampleImage, address: string): boolean {
  const { status, stderr } = run("docker", ["manifest", "inspect", `${address}/${reference}`], { keep: true });
  if (status === 0) return true;
  if (absence.test(stderr)) return false;
  throw new ImagesError(`docker could not ask ${address} for ${reference}.${said(stderr)}`);
}

function buildAndPush(image: ExampleImage, address: string): string {
  for (const args of [build(image, address), push(image, address)]) {
    const { status } = run("docker", args);
    if (status !== 0) throw new ImagesError(`This ended with status ${status}: ${shown("docker", args)}`);
  }
  return `${address}/${image.reference} was pushed`;
}

function said(stderr: string): string {
  return stderr.trim() === "" ? "" : `\nIt said:\n${stderr.trim()}`;
}
