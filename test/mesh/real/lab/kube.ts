import { ControlPlane } from "./controlPlane";
import { Place } from "./place";

/** An object of Kubernetes', as it is in YAML. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
}

/** What every object says of itself. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly resourceVersion?: string;
  readonly [field: string]: unknown;
}

/** Which object. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What the API server refused, in its words. */
export class KubeError extends Error {
  constructor(
    what: string,
    readonly status: number | string,
    readonly answer: string,
  ) {
    super(`${what}: ${status}: ${answer}`);
  }
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

/** How an object may be applied. */
interface ApplyOptions {
  /** Who applies it. Default: `lab`. */
  readonly fieldManager?: string;
  /** Ask only what would come of it. Default: no. */
  readonly dryRun?: boolean;
}

/**
 * The API server's client. It sends objects as they are: a client with models of the kinds would leave out what it doesn't know, and with it
 * the very mistakes that the API server is asked about.
 */
export class Kube {
  /** What the API server and its webhooks warned of, each with the object's name before it. */
  readonly warnings: string[] = [];
  private readonly resources = new Map<string, Promise<Map<string, Resource>>>();

  constructor(
    private readonly from: Place,
    private readonly server: ControlPlane,
    private readonly changed: (kind: string) => Promise<void>,
  ) {}

  /**
   * Applies objects in their order, on the server's side, with strict field validation, and returns what came of each. Afterwards every name
   * of a Service is known in the lab.
   *
   * @throws KubeError with the object's name and the API server's words
   */
  async apply<T extends KubeObject>(objects: readonly T[], { fieldManager = "lab", dryRun = false }: ApplyOptions = {}): Promise<readonly KubeObject[]> {
    const applied: KubeObject[] = [];
    const query = `fieldManager=${fieldManager}&force=true&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
    for (const object of objects) applied.push(await this.send<KubeObject>("PATCH", `${await this.pathOf(object)}?${query}`, nameOf(object), object, "application/apply-patch+yaml"));
    for (const kind of new Set(dryRun ? [] : objects.map((object) => object.kind))) await this.changed(kind);
    return applied;
  }

  /** Makes an object that must not be there yet, with strict field validation. */
  async create<T extends KubeObject>(object: T, { fieldManager = "lab", dryRun = false }: ApplyOptions = {}): Promise<T> {
    const path = (await this.pathOf(object)).replace(/\/[^/]+$/, "");
    const created = await this.send<T>("POST", `${path}?fieldManager=${fieldManager}&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`, nameOf(object), object, "application/json");
    if (!dryRun) await this.changed(object.kind);
    return created;
  }

  /** Reads an object. `T` says what the caller expects of it. */
  async read<T extends KubeObject = KubeObject>(reference: Reference): Promise<T> {
    return this.send<T>("GET", await this.pathOf(reference), nameOf(reference));
  }

  /** Whether an object is there. */
  async has(reference: Reference): Promise<boolean> {
    try {
      await this.read(reference);
      return true;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return false;
      throw error;
    }
  }

  /** Every object of a kind, of one namespace where one is given. */
  async list<T extends KubeObject = KubeObject>(apiVersion: string, kind: string, namespace?: string): Promise<readonly T[]> {
    const path = await this.collectionOf(apiVersion, kind, namespace);
    // A list's items leave out what the list says of all of them.
    return (await this.send<{ items: T[] }>("GET", path, kind)).items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Removes an object at once; one that is not there is gone already. */
  async remove(reference: Reference): Promise<void> {
    try {
      await this.send("DELETE", `${await this.pathOf(reference)}?gracePeriodSeconds=0`, nameOf(reference));
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 404) throw error;
    }
    await this.changed(reference.kind);
  }

  /** Changes an object: by a JSON patch (a list), or by what its fields are to be (`null` removes one). `part` as `status` or `scale`. */
  async patch<T extends KubeObject = KubeObject>(reference: Reference, patch: object, part?: string): Promise<T> {
    const type = Array.isArray(patch) ? "application/json-patch+json" : "application/merge-patch+json";
    const path = await this.pathOf(reference);
    const patched = await this.send<T>("PATCH", `${path}${part === undefined ? "" : `/${part}`}?fieldValidation=Strict`, nameOf(reference), patch, type);
    await this.changed(reference.kind);
    return patched;
  }

  /** A token of a service account, for an audience; the API server's own where none is given. */
  async token(namespace: string, serviceAccount: string, audience?: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 43_200, ...(audience !== undefined && { audiences: [audience] }) } };
    const answer = await this.send<{ status: { token: string } }>("POST", path, `the token of ${namespace}/${serviceAccount}`, request, "application/json");
    return answer.status.token;
  }

  /** Calls the API server with a path of one's own, and returns the body that it answers a success with. */
  async send<T = unknown>(method: string, path: string, what: string, body?: object, type?: string): Promise<T> {
    const { host, port, ca, token } = this.server;
    const headers = { authorization: `Bearer ${token}`, accept: "application/json", ...(type !== undefined && { "content-type": type }) };
    const answer = await this.from.request({ url: `https://${host}:${port}${path}`, method, headers, tls: { ca, servername: "kubernetes.default.svc" }, timeout: 60_000, ...(body && { body: JSON.stringify(body) }) });
    if (typeof answer.status === "string") throw new KubeError(what, answer.status, answer.failure ?? "");
    if (answer.status >= 300) throw new KubeError(what, answer.status, wordsOf(answer.body));
    const warning = answer.headers["warning"];
    if (warning !== undefined) this.warnings.push(`${what}: ${String(warning)}`);
    return JSON.parse(answer.body) as T;
  }

  private async pathOf({ apiVersion, kind, metadata }: Reference): Promise<string> {
    return `${await this.collectionOf(apiVersion, kind, metadata.namespace ?? "default")}/${metadata.name}`;
  }

  private async collectionOf(apiVersion: string, kind: string, namespace: string | undefined): Promise<string> {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { name, namespaced } = await this.resourceOf(group, kind);
    return namespaced && namespace !== undefined ? `${group}/namespaces/${namespace}/${name}` : `${group}/${name}`;
  }

  private async resourceOf(group: string, kind: string): Promise<Resource> {
    const asked = this.resources.get(group) ?? this.discover(group);
    this.resources.set(group, asked);
    try {
      const found = (await asked).get(kind);
      if (found === undefined) throw new KubeError(kind, 404, `the API server knows no ${kind} in ${group}`);
      return found;
    } catch (error) {
      // A definition may come later.
      this.resources.delete(group);
      throw error;
    }
  }

  private async discover(group: string): Promise<Map<string, Resource>> {
    const { resources } = await this.send<{ resources: (Resource & { readonly kind: string })[] }>("GET", group, group);
    return new Map(resources.filter(({ name }) => !name.includes("/")).map((resource) => [resource.kind, resource]));
  }
}

/** An object's name for an error: `Service shop/web`. */
export function nameOf({ kind, metadata }: Reference): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function wordsOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
