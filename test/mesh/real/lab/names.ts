import { KubeObject } from "./kube";
import { writeHosts } from "./network";

/** A Service, as far as its names go. */
export interface NamedService extends KubeObject {
  readonly spec: { readonly clusterIP?: string; readonly selector?: Readonly<Record<string, string>> };
}

/** One who answers for a Service, once it is ready. */
export interface Endpoint {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
}

/** One who asks for names. */
export interface Asker {
  readonly networkNamespace: string;
  /** The cluster's namespace that it is in: names without one mean this. */
  readonly namespace?: string;
  /** Whether a proxy takes its traffic: then a Service has its own address, and otherwise that of the first pod behind it. */
  readonly redirected: boolean;
}

/**
 * The names in a lab, as files of hosts. Nothing here stands in for a Service's own address but the proxies: who has none is given a pod's,
 * and has to ask for the pod's port.
 */
export class Names {
  private readonly askers = new Set<Asker>();
  private readonly endpoints = new Set<Endpoint>();
  private readonly given = new Map<string, string>();
  private services: readonly NamedService[] = [];

  /** What an asker knows from the beginning. */
  add(asker: Asker): void {
    this.askers.add(asker);
  }

  remove(asker: Asker): void {
    this.askers.delete(asker);
  }

  /** Gives a host an address for everyone. */
  give(host: string, address: string): void {
    this.given.set(host, address);
    this.write();
  }

  setServices(services: readonly NamedService[]): void {
    this.services = services;
    this.write();
  }

  addEndpoint(endpoint: Endpoint): void {
    this.endpoints.add(endpoint);
    this.write();
  }

  removeEndpoint(endpoint: Endpoint): void {
    if (this.endpoints.delete(endpoint)) this.write();
  }

  /** The hosts file of one who asks. */
  hostsFor(asker: Asker): string {
    const lines = ["127.0.0.1 localhost", ...[...this.given].map(([host, address]) => `${address} ${host}`)];
    for (const service of this.services) {
      const { name, namespace = "default" } = service.metadata;
      const address = this.addressOf(service, asker);
      const short = namespace === asker.namespace ? ` ${name}` : "";
      if (address !== undefined) lines.push(`${address} ${name}.${namespace}.svc.cluster.local ${name}.${namespace}.svc ${name}.${namespace}${short}`);
    }
    return `${lines.join("\n")}\n`;
  }

  private addressOf({ metadata: { name, namespace = "default" }, spec: { clusterIP, selector } }: NamedService, { redirected }: Asker): string | undefined {
    // Agents ask istiod past the redirection of their pod.
    const ownAddress = clusterIP !== undefined && clusterIP !== "None" && redirected && !(name === "istiod" && namespace === "istio-system");
    if (ownAddress) return clusterIP;
    if (selector === undefined) return undefined;
    const serves = (endpoint: Endpoint): boolean => endpoint.namespace === namespace && Object.entries(selector).every(([label, value]) => endpoint.labels[label] === value);
    return [...this.endpoints].find(serves)?.address;
  }

  private write(): void {
    for (const asker of this.askers) writeHosts(asker.networkNamespace, this.hostsFor(asker));
  }
}
