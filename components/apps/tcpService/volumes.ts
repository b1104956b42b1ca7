/** The volume of the disk. The claim that Kubernetes makes for it is called `data-<service>-0`. */
export const dataVolume = "data";

/** The volume of the files. */
export const filesVolume = "files";

/** What a file is called in the ConfigMap, whose keys have no slashes. */
export function fileKey(path: string): string {
  return path.replace(/^\//, "").replaceAll("/", "-");
}
