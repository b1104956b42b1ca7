import { Plan } from "../../simulator/engine/plan";
import { AccessObject, conditionValue, MeshAccess, objectsOf, Workload } from "./meshAccess";
import { inputs, the } from "./record";
import { proxyAnswer } from "./signInProxy";
import { claimsOf, clientId, TokenKind } from "./signInTokens";
import { headerFits, TextMatch } from "./versionRouting";

/*
 * What becomes of a request from outside, as the objects of a plan decide it: the check by the sign-in's proxy at the gateway, the gateway's
 * policies, its routes, the app's token rules and policies, in the order of Envoy's filters. It knows what the platform uses and throws on
 * anything else. It proves that the objects say what is wanted, not what Envoy makes of them: the tests on a real mesh send the same requests.
 * https://istio.io/latest/docs/concepts/security/#implicit-enablement
 */

/** A request, as the table has it. */
export interface SignInRequest {
  readonly host: string;
  readonly path: string;
  /** Default: GET. */
  readonly method?: "GET" | "POST";
  /** The session that the browser's cookie stands for. */
  readonly session?: "person" | "unlisted person";
  /** What stands in the header Authorization after `Bearer`. */
  readonly token?: TokenKind;
  /** Default: as a browser sends for a page. */
  readonly accept?: string;
  /** Further headers that the client sends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: true; otherwise it lacks the header of this Front Door. */
  readonly throughFrontDoor?: boolean;
  /** Default: true. */
  readonly proxyRuns?: boolean;
}

/** What becomes of it: who answers with what, by which object, and the headers that the app gets. */
export interface Outcome {
  readonly status: number;
  /** The object that decides, as `kind namespace/name`; the Service that answers when none refuses. */
  readonly decidedBy: string;
  readonly appHeaders?: Readonly<Record<string, string>>;
}

/** A request on its way: with the headers that it has at the moment. */
interface Passing {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly principal?: string;
}

interface Operation {
  readonly hosts?: readonly string[];
  readonly ports?: readonly string[];
  readonly methods?: readonly string[];
  readonly notMethods?: readonly string[];
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
}

interface Rule {
  readonly from?: readonly { readonly source: { readonly principals?: readonly string[]; readonly notRequestPrincipals?: readonly string[] } }[];
  readonly to?: readonly { readonly operation: Operation }[];
  readonly when?: readonly { readonly key: string; readonly notValues: readonly string[] }[];
}

interface Policy extends AccessObject {
  readonly spec: AccessObject["spec"] & { readonly action?: string; readonly provider?: { readonly name: string }; readonly rules?: readonly Rule[] };
}

interface Route {
  readonly match?: readonly { readonly uri?: { readonly exact?: string; readonly prefix?: string }; readonly method?: { readonly exact: string }; readonly headers?: Readonly<Record<string, TextMatch>> }[];
  readonly rewrite?: { readonly uri: string };
  readonly route: readonly { readonly destination: { readonly host: string; readonly port: { readonly number: number } } }[];
}

interface JwtRule {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audiences?: readonly string[];
  readonly outputClaimToHeaders?: readonly { readonly header: string; readonly claim: string }[];
  readonly forwardOriginalToken?: boolean;
}

interface Provider {
  readonly name: string;
  readonly envoyExtAuthzHttp: {
    readonly service: string;
    readonly port: number;
    readonly pathPrefix?: string;
    readonly failOpen?: boolean;
    readonly includeRequestHeadersInCheck: readonly string[];
    readonly headersToUpstreamOnAllow: readonly string[];
  };
}

const rootNamespace = "istio-system";
const gatewayPort = 443;

/** Follows requests through the objects of a plan. */
export class RequestPath {
  private readonly access: MeshAccess;
  private readonly gateway: Workload;
  private readonly tenant: string;
  private readonly frontDoorId: string;

  constructor(private readonly plan: Plan) {
    this.access = new MeshAccess(plan);
    this.gateway = this.workload("istio-ingress", "istio-ingress");
    this.tenant = String(/microsoftonline\.com\/([^/]+)/.exec(this.proxyConfig())?.[1]);
    const frontDoorOnly = this.policies(this.gateway, "DENY").find(({ metadata }) => metadata.name === "front-door-only");
    this.frontDoorId = String(frontDoorOnly?.spec.rules?.[0]?.when?.[0]?.notValues[0]);
  }

  send(request: SignInRequest): Outcome {
    const passing: Passing = {
      host: request.host,
      path: request.path,
      method: request.method ?? "GET",
      headers: {
        accept: request.accept ?? "text/html,*/*;q=0.8",
        ...(request.throughFrontDoor !== false && { "x-azure-fdid": this.frontDoorId }),
        ...(request.session && { cookie: request.session }),
        ...(request.token && { authorization: request.token }),
        ...request.headers,
      },
    };
    return this.check(passing, request) ?? this.refusal(this.gateway, gatewayPort, passing) ?? this.route(passing);
  }

  /** The question to the sign-in's proxy, where a policy asks for one. Undefined when the request may go on. */
  private check(passing: Passing, request: SignInRequest): Outcome | undefined {
    const policy = this.policies(this.gateway, "CUSTOM").find(({ spec }) => spec.rules?.some((rule) => this.holds(rule, gatewayPort, passing)));
    if (policy === undefined) return undefined;
    const decidedBy = nameOf(policy);
    const provider = this.providers().find(({ name }) => name === policy.spec.provider?.name);
    const settings = provider?.envoyExtAuthzHttp;
    const asked = settings && this.service(settings.service, settings.port);
    if (!settings || !asked || request.proxyRuns === false || this.access.refusal(this.gateway, asked.workload, asked.port) !== undefined) {
      return settings?.failOpen ? undefined : { status: 403, decidedBy };
    }
    const shown = [...settings.includeRequestHeadersInCheck, "authorization"];
    const headers = Object.fromEntries(Object.entries(passing.headers).filter(([header]) => shown.includes(header)));
    const answer = proxyAnswer(this.proxyConfig(), this.proxyNames(), { path: (settings.pathPrefix ?? "") + passing.path, headers });
    // Envoy lets nothing but 200 pass, and hands on any other answer as it is.
    if (answer.status !== 200) return { status: answer.status, decidedBy };
    for (const header of settings.headersToUpstreamOnAllow) if (answer.headers[header] !== undefined) passing.headers[header] = answer.headers[header];
    return undefined;
  }

  /** What the policies for some pods say; undefined when the request may pass. */
  private refusal(target: Workload, port: number, passing: Passing, caller?: string): Outcome | undefined {
    const fits = (policy: Policy): boolean => (policy.spec.rules ?? []).some((rule) => this.holds(rule, port, passing, caller));
    const denying = this.policies(target, "DENY").find(fits);
    if (denying !== undefined) return { status: 403, decidedBy: nameOf(denying) };
    const allowing = this.policies(target, "ALLOW");
    return allowing.length === 0 || allowing.some(fits) ? undefined : { status: 403, decidedBy: "no policy that allows it" };
  }

  private route(passing: Passing): Outcome {
    const objects = objectsOf(this.plan, "VirtualService") as unknown as { spec: { hosts: string[]; gateways?: string[]; http: Route[] } }[];
    const routes = objects.filter(({ spec }) => spec.hosts.includes(passing.host.split(":")[0] ?? "") && spec.gateways?.includes("istio-ingress/front-door")).flatMap(({ spec }) => spec.http);
    // Istio merges what several objects say of one host, and puts a route for everything last.
    const found = [...routes.filter(({ match }) => match), ...routes.filter(({ match }) => !match)].find(({ match }) => match === undefined || match.some((condition) => matchesRoute(condition, passing)));
    const destination = found?.route[0]?.destination;
    if (destination === undefined) return { status: 404, decidedBy: "no route" };
    const { workload, port } = this.service(destination.host, destination.port.number) ?? {};
    if (workload === undefined || port === undefined) return { status: 503, decidedBy: `no port ${destination.host}:${destination.port.number}` };
    if (workload.namespace === this.gateway.namespace) return { status: 200, decidedBy: destination.host };
    return this.arrive({ ...passing, path: found?.rewrite?.uri ?? passing.path }, workload, port, destination.host);
  }

  /** At the pod: the token rules, the policies, the container. */
  private arrive(arriving: Passing, workload: Workload, port: number, host: string): Outcome {
    const network = this.access.refusal(this.gateway, workload, port);
    if (network !== undefined) return { status: 503, decidedBy: network };
    let passing = arriving;
    for (const rules of this.for(workload, "RequestAuthentication")) {
      const checked = this.verify((rules.spec as unknown as { jwtRules: JwtRule[] }).jwtRules, passing);
      if (typeof checked === "number") return { status: checked, decidedBy: nameOf(rules) };
      passing = checked;
    }
    const caller = `cluster.local/ns/${this.gateway.namespace}/sa/${this.gateway.serviceAccount}`;
    const refused = this.refusal(workload, port, passing, caller);
    if (refused !== undefined) return refused;
    if (workload.namespace === "oauth2-proxy") return { status: proxyAnswer(this.proxyConfig(), this.proxyNames(), passing).status, decidedBy: host };
    const { accept, cookie, "x-azure-fdid": frontDoor, ...appHeaders } = passing.headers;
    return { status: 200, decidedBy: host, appHeaders };
  }

  /**
   * The request with its token taken off and its claims put in, or the status when it brings one that doesn't hold: 403 for a sound one that is
   * for others. https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/jwt_authn/filter.cc
   */
  private verify(rules: readonly JwtRule[], passing: Passing): Passing | 401 | 403 {
    const headers = { ...passing.headers };
    for (const { header } of rules.flatMap(({ outputClaimToHeaders = [] }) => outputClaimToHeaders)) Reflect.deleteProperty(headers, header);
    const token = passing.headers["authorization"];
    if (token === undefined) return { ...passing, headers };
    const claims = claimsOf(token, this.tenant);
    const rule = rules.find(({ issuer }) => issuer === claims?.issuer);
    if (rule === undefined || claims === undefined || claims.expired) return 401;
    if (rule.audiences && !rule.audiences.some((audience) => this.isClient(audience) && claims.audience === clientId)) return 403;
    const values: Readonly<Record<string, string | undefined>> = { sub: claims.subject, preferred_username: claims.name };
    for (const { header, claim } of rule.outputClaimToHeaders ?? []) {
      const value = values[claim];
      if (value !== undefined) headers[header] = value;
    }
    if (rule.forwardOriginalToken !== true) Reflect.deleteProperty(headers, "authorization");
    return { ...passing, headers, principal: `${claims.issuer}/${claims.subject}` };
  }

  /** The application's client id in the plan is `client` in a token here. */
  private isClient(audience: string): boolean {
    const application = the(this.plan, "azuread:index/application:Application");
    return audience === String((application.outputs as Record<string, unknown>)["clientId"]);
  }

  private holds(rule: Rule, port: number, passing: Passing, caller?: string): boolean {
    return (
      any(rule.from, ({ source: { principals, notRequestPrincipals, ...others } }) => {
        if (Object.keys(others).length > 0) throw new Error(`The source ${Object.keys(others).join()} is not known here.`);
        return any(principals, (name) => name === caller) && !(notRequestPrincipals ?? []).some((name) => passing.principal !== undefined && fitsText(name, passing.principal));
      }) &&
      any(
        rule.to,
        ({ operation: { hosts, ports, methods, notMethods, paths, notPaths } }) =>
          any(hosts, (host) => fitsText(host, passing.host)) &&
          any(ports, (allowed) => Number(allowed) === port) &&
          any(methods, (method) => method === passing.method) &&
          !(notMethods ?? []).includes(passing.method) &&
          any(paths, (path) => fitsText(path, pathOf(passing))) &&
          !(notPaths ?? []).some((path) => fitsText(path, pathOf(passing))),
      ) &&
      (rule.when ?? []).every(({ key, notValues }) => !notValues.includes(conditionValue(key, passing)))
    );
  }

  private policies(target: Workload, action: string): Policy[] {
    return (this.for(target, "AuthorizationPolicy") as Policy[]).filter(({ spec }) => (spec.action ?? "ALLOW") === action);
  }

  private for(target: Workload, kind: string): AccessObject[] {
    return objectsOf(this.plan, kind).filter(
      ({ metadata, spec }) =>
        [target.namespace, rootNamespace].includes(metadata.namespace) && Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => target.labels[key] === value),
    );
  }

  private workload(namespace: string, serviceAccount: string): Workload {
    const found = this.access.workloads.find((workload) => workload.namespace === namespace && workload.serviceAccount === serviceAccount);
    if (found === undefined) throw new Error(`No pods of ${namespace}/${serviceAccount}`);
    return found;
  }

  /** The pods behind a port of a Service, made here or declared of a chart, and their container's port. */
  private service(host: string, number: number): { readonly workload: Workload; readonly port: number } | undefined {
    const [name = "", namespace = ""] = host.split(".");
    const declared = this.plan.resources
      .filter(({ type }) => type === "delivery-platform:shared:HelmRelease")
      .flatMap(({ outputs }) => Object.entries((outputs as unknown as { declares: { services: Record<string, { ports: Record<string, { port: number; targetPort: number }> }> } }).declares.services))
      .find(([service]) => service === name)?.[1].ports;
    const services = objectsOf(this.plan, "Service") as unknown as { metadata: { name: string; namespace: string }; spec: { selector: Readonly<Record<string, string>>; ports: { name: string; port: number }[] } }[];
    const made = services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)?.spec;
    const isBehind = ({ serviceAccount, labels }: Workload): boolean => (made ? Object.entries(made.selector).every(([key, value]) => labels[key] === value) : serviceAccount === name);
    const workload = this.access.workloads.find((candidate) => candidate.namespace === namespace && isBehind(candidate));
    const portName = made?.ports.find(({ port }) => port === number)?.name;
    const port = portName === undefined ? Object.values(declared ?? {}).find((candidate) => candidate.port === number)?.targetPort : workload?.ports[portName];
    return workload === undefined || port === undefined ? undefined : { workload, port };
  }

  private releaseValues(name: string): Record<string, unknown> {
    return inputs(the(this.plan, "kubernetes:helm.sh/v3:Release", name))["values"] as Record<string, unknown>;
  }

  private providers(): Provider[] {
    return (this.releaseValues("istio-istiod")["meshConfig"] as { extensionProviders?: Provider[] }).extensionProviders ?? [];
  }

  private proxyConfig(): string {
    return (this.releaseValues("sign-in-proxy-server")["config"] as { configFile: string }).configFile;
  }

  private proxyNames(): readonly string[] {
    return ((this.releaseValues("sign-in-proxy-server")["authenticatedEmailsFile"] as { restricted_access?: string }).restricted_access ?? "").split("\n");
  }
}

const any = <T>(list: readonly T[] | undefined, fits: (item: T) => boolean): boolean => list === undefined || list.some(fits);
const nameOf = ({ kind, metadata }: AccessObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;
const pathOf = ({ path }: { readonly path: string }): string => path.split("?")[0] ?? "";

function fitsText(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function matchesRoute({ uri, method, headers = {} }: NonNullable<Route["match"]>[number], passing: Passing): boolean {
  const path = pathOf(passing);
  return Object.entries(headers).every(([name, text]) => headerFits(text, passing.headers[name])) && (uri?.exact === undefined || uri.exact === path) && (uri?.prefix === undefined || path.startsWith(uri.prefix)) && (method === undefined || method.exact === passing.method);
}
