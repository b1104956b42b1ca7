import { ArgumentRule } from "../../../shared/argumentRule";
import { Problem } from "../../../shared/errors";
import { secretArgumentProblems, secretInPlainProblems, variableNameProblems, variableTwiceProblems } from "../../pod/environment";
import { imageProblems } from "../../pod/image";
import { memoryProblems, quantityProblems } from "../../pod/resources";
import { folderProblems, folderTwiceProblems } from "../../pod/writable";
import { MeshAppSettings, VersionSettings } from "../settings";
import { wholeNumbers } from "./trafficSettings";

const weights = "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination";
const autoscaling = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/";
const variables = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/";
const dependentVariables = "https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/";
const secretArguments = "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#use-environment-variables-to-define-arguments";
const quantities = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
const emptyDir = "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir";

// More than a node pool holds is a slip of the finger.
const mostPods = 1000;

const pathOf = (version: string): string => `versions[${JSON.stringify(version)}]`;
const weighs = (weight: number | undefined): weight is number => weight !== undefined && Number.isInteger(weight) && weight >= 0 && weight <= 100;

/** A rule that looks at each version by itself. */
function eachVersion(id: string, source: string, check: (path: string, version: VersionSettings) => readonly Problem[]): ArgumentRule<MeshAppSettings> {
  return { id, source, check: ({ versions }) => Object.entries(versions).flatMap(([name, version]) => check(pathOf(name), version)) };
}

/** Rules about the versions that run side by side. */
export const versionRules: readonly ArgumentRule<MeshAppSettings>[] = [
  eachVersion("weight-missing", weights, (path, { weight }) =>
    weight === undefined ? [{ path: `${path}.weight`, message: "is missing: of several versions each has one", allowed: "0 to 100", fix: "Give it one; 0 for a version that only routes lead to." }] : [],
  ),
  eachVersion("weight-range", weights, (path, { weight }) => wholeNumbers({ [`${path}.weight`]: weight }, 0, 100)),
  {
    id: "weights-sum",
    source: weights,
    check: ({ versions }) => {
      const given = Object.values(versions).map(({ weight }) => weight);
      const sum = given.filter(weighs).reduce((total, weight) => total + weight, 0);
      // Where one of them is wrong, what they add up to says nothing.
      if (given.length === 0 || !given.every(weighs) || sum === 100) return [];
      return [{ path: "versions", message: "have weights that don't add up", given: `${given.join(" + ")} = ${sum}`, allowed: "100 in all", fix: "Raise or lower one of them." }];
    },
  },
  eachVersion("image", "https://kubernetes.io/docs/concepts/containers/images/#image-names", (path, { image }) => imageProblems(`${path}.image`, image)),
  eachVersion("replicas-min", autoscaling, (path, { replicas }) => wholeNumbers({ [`${path}.replicas.min`]: replicas.min }, 1, mostPods)),
  eachVersion("replicas-max", autoscaling, (path, { replicas: { min, max } }) => (max === min ? [] : wholeNumbers({ [`${path}.replicas.max`]: max }, Math.max(1, Math.ceil(min)), mostPods))),
  eachVersion("replicas-cpu-percent", autoscaling, (path, { replicas }) => wholeNumbers({ [`${path}.replicas.cpuPercent`]: replicas.cpuPercent }, 1, 1000)),
  eachVersion("replicas-cpu-unused", "the platform's own: a setting has an effect or is refused", (path, { replicas: { min, max }, scales }) =>
    scales && max === min ? [{ path: `${path}.replicas.cpuPercent`, message: "is for an autoscaler, which there is none of", fix: "Give a `max` above `min`, or leave it out." }] : [],
  ),
  eachVersion("variable-name", variables, (path, version) => variableNameProblems(`${path}.`, version)),
  eachVersion("variable-twice", variables, (path, version) => variableTwiceProblems(`${path}.`, version)),
  eachVersion("variable-of-secret", dependentVariables, (path, version) => secretInPlainProblems(`${path}.`, version)),
  eachVersion("secret-argument", secretArguments, (path, version) => secretArgumentProblems(`${path}.`, version, { command: version.command, args: version.args })),
  eachVersion("resources-quantity", quantities, (path, { resources }) => quantityProblems(`${path}.resources`, resources)),
  eachVersion("resources-memory", quantities, (path, { resources }) => memoryProblems(`${path}.resources`, resources)),
  eachVersion("writable-path", emptyDir, (path, { writable }) => folderProblems(`${path}.writable`, writable)),
  eachVersion("writable-twice", emptyDir, (path, { writable }) => folderTwiceProblems(`${path}.writable`, writable)),
];
