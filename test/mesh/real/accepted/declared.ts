import { isDeepStrictEqual } from "node:util";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServicePort } from "kubernetes-models/v1/ServicePort";
import type { ChartDeclaration, DeclaredPort } from "../../../../components/shared/chart";
import type { KubeObject } from "../lab/kube";
import { podsOf, MadePod } from "./workloads";

/** What stands against a declaration in the objects that the chart makes: one line each. Everything that it makes is to be declared, too. */
export function declarationProblems(release: string, declares: ChartDeclaration, objects: readonly KubeObject[]): string[] {
  const workloads = objects.filter(({ kind }) => ["Deployment", "DaemonSet", "StatefulSet"].includes(kind));
  const problems = [
    ...undeclared(release, "Service", namesOf(objects.filter(({ kind }) => kind === "Service")), Object.keys(declares.services)),
    ...undeclared(release, "workload", namesOf(workloads), Object.keys(declares.workloads)),
  ];
  for (const [name, declared] of Object.entries(declares.workloads)) {
    const made = workloads.find((object) => object.metadata.name === name);
    const [pod] = made === undefined ? [] : podsOf([made]);
    if (made === undefined || pod === undefined) continue;
    const labels = Object.fromEntries(Object.keys(declared.podLabels).map((label) => [label, pod.metadata.labels?.[label]]));
    problems.push(
      ...difference(`${release}: the kind of ${name}`, declared.kind, made.kind),
      ...difference(`${release}: labels of ${name}'s pods`, declared.podLabels, labels),
      ...difference(`${release}: the service account of ${name}`, declared.serviceAccount, pod.spec.serviceAccountName),
    );
  }
  const pods = podsOf(workloads);
  for (const service of objects.filter(isService)) {
    const declared = declares.services[service.metadata.name];
    if (declared !== undefined) problems.push(...difference(`${release}: ports of Service ${service.metadata.name}`, sorted(declared.ports), sorted(portsOf(service, pods))));
  }
  return problems;
}

function undeclared(release: string, what: string, made: readonly string[], declared: readonly string[]): string[] {
  return [
    ...made.filter((name) => !declared.includes(name)).map((name) => `${release}: the chart makes the ${what} ${name}, which is not declared`),
    ...declared.filter((name) => !made.includes(name)).map((name) => `${release}: the ${what} ${name} is declared, and the chart makes none`),
  ];
}

function difference(what: string, declared: unknown, made: unknown): string[] {
  return isDeepStrictEqual(declared, made) ? [] : [`${what}: declared is ${JSON.stringify(declared)}, made is ${JSON.stringify(made)}`];
}

/** A Service's ports by name, with the numbers of the containers' ports that they lead to. */
function portsOf({ spec }: Service, pods: readonly MadePod[]): Record<string, DeclaredPort> {
  const serving = pods.find(({ metadata }) => Object.entries(spec.selector ?? {}).every(([label, value]) => metadata.labels?.[label] === value));
  const numberOf = ({ port, targetPort = port }: IServicePort): number => {
    if (typeof targetPort === "number") return targetPort;
    const ports = serving?.spec.containers.flatMap(({ ports: own = [] }) => own) ?? [];
    return ports.find(({ name }) => name === targetPort)?.containerPort ?? NaN;
  };
  return Object.fromEntries((spec.ports ?? []).map((port) => [port.name ?? "", { port: port.port, targetPort: numberOf(port) }]));
}

function sorted<T>(named: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(named).sort(([one], [other]) => one.localeCompare(other));
}

const namesOf = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);

interface Service extends KubeObject {
  readonly spec: NonNullable<IService["spec"]>;
}

function isService(object: KubeObject): object is Service {
  return object.kind === "Service" && "spec" in object;
}
