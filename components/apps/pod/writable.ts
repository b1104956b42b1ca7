import * as k8s from "@pulumi/kubernetes";
import { Problem } from "../../shared/errors";

// Without `.` and `..`.
const wholePath = /^(\/\.?[A-Za-z0-9][\w.-]*)+$/;
// The name of a folder's volume is made of its path.
const longestFolder = 57;
// Without the system's own folders a container can't start. The shared memory is a folder as any.
const system = /^\/(proc|sys|dev(?!\/shm$))(\/|$)/;

/** The volumes for the folders that a container may write to, and where they are. They are emptied with the pod. */
export function writableFolders(paths: readonly string[]): { readonly volumes: k8s.types.input.core.v1.Volume[]; readonly volumeMounts: k8s.types.input.core.v1.VolumeMount[] } {
  return {
    volumes: paths.map((path) => ({ name: volumeName(path), emptyDir: {} })),
    volumeMounts: paths.map((path) => ({ name: volumeName(path), mountPath: path })),
  };
}

/** Tells whether something can be put at a place in the container. */
export function isMountPath(path: string): boolean {
  return wholePath.test(path) && !system.test(path);
}

/** What is wrong with the folders' paths. */
export function folderProblems(path: string, folders: readonly string[]): Problem[] {
  return folders
    .filter((given) => !isMountPath(given) || given.length > longestFolder)
    .map((given) => ({ path, message: "is not the path of a folder that can be writable", given: JSON.stringify(given), allowed: "a whole path other than /, /proc, /sys and /dev in up to 57 letters, digits and . _ -, as /var/cache" }));
}

/** The folders that are there twice, or whose paths differ in nothing that the names of their volumes can show. */
export function folderTwiceProblems(path: string, folders: readonly string[]): Problem[] {
  const names = folders.map(volumeName);
  return folders
    .filter((_, index) => names.indexOf(names[index] ?? "") !== index)
    .map((given) => ({ path, message: "names a folder twice", given, allowed: "each once, apart in letters and digits", fix: "Leave one out." }));
}

/** What the proxy's own volumes are called, as `istio-data`, begins with nothing of this. */
function volumeName(path: string): string {
  return `folder${path}`.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-$/, "");
}
