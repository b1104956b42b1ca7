import { Problem } from "../shared/errors";

/**
 * A server that the mesh's proxies ask about a request, over HTTP, before they let it on. It answers 200 to let it pass, and nothing but
 * 200 lets it pass; any other answer goes to the client. When it can't be asked, the request is refused with 403.
 *
 * The request's host, method, path and Authorization header are always shown to it.
 * @source https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-EnvoyExternalAuthorizationHttpProvider
 */
export interface ExtensionProvider {
  /** What policies call it: a lower-case DNS label of up to 63 characters. */
  readonly name: string;
  readonly envoyExtAuthzHttp: {
    /** The whole name of its Service. */
    readonly service: string;
    /** The port of the Service, not of the container. istiod doesn't look whether the Service has it: with another every request is refused. */
    readonly port: number;
    /** How long to wait for an answer, as `5s`. Istio's default is ten minutes, for each request of an app. */
    readonly timeout: string;
    /** Headers of the request that it is shown besides. */
    readonly includeRequestHeadersInCheck: readonly string[];
    /** Headers that it is shown and the client can't set. */
    readonly includeAdditionalHeadersInCheck?: Readonly<Record<string, string>>;
    /** Headers of its answer that the app gets in place of the client's own, when the request may pass. */
    readonly headersToUpstreamOnAllow: readonly string[];
    /** Headers of its answer that the client gets with the app's answer. */
    readonly headersToDownstreamOnAllow: readonly string[];
    /** Headers of its answer that the client gets when the request may not pass, besides Location and WWW-Authenticate. */
    readonly headersToDownstreamOnDeny: readonly string[];
  };
}

/**
 * A server that the mesh's proxies send spans to, by OTLP over gRPC. Nothing is sent before a `Telemetry` names it.
 * @source https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider
 */
export interface TracingProvider {
  /** What `Telemetry` calls it: a lower-case DNS label of up to 63 characters. */
  readonly name: string;
  readonly opentelemetry: {
    /** The whole name of its Service. */
    readonly service: string;
    /** The port of the Service. */
    readonly port: number;
  };
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * What istiod would find wrong with providers. It says so in its log alone, and lets proxies refuse every request that a policy sends to
 * such a provider.
 * @source https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export function extensionProviderProblems(path: string, providers: readonly ExtensionProvider[]): Problem[] {
  const names = providers.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index).map((name) => ({ path, message: "names a provider twice", given: name, fix: "Give each a name of its own." }));
  return [...twice, ...providers.flatMap((provider, index) => providerProblems(`${path}[${index}]`, provider))];
}

function providerProblems(path: string, { name, envoyExtAuthzHttp: check }: ExtensionProvider): Problem[] {
  const found: Problem[] = [];
  if (!label.test(name)) found.push({ path: `${path}.name`, message: "is not a name for a provider", given: name, allowed: "1 to 63 lower-case letters, digits and hyphens between them" });
  if (!/^[1-9]\d*(ms|s)$/.test(check.timeout)) found.push({ path: `${path}.timeout`, message: "is not a time", given: check.timeout, allowed: "seconds or milliseconds, as 5s" });
  for (const list of ["includeRequestHeadersInCheck", "headersToUpstreamOnAllow", "headersToDownstreamOnAllow", "headersToDownstreamOnDeny"] as const) {
    // Istio takes `abc*` and `*abc`, but `*` alone makes the provider invalid.
    if (check[list].includes("*")) found.push({ path: `${path}.${list}`, message: "can't be all headers", given: "*", allowed: "names, which may begin or end with *" });
  }
  // A client sends what it likes in these, and a server behind a gateway believes them.
  // https://github.com/oauth2-proxy/oauth2-proxy/security/advisories/GHSA-7x63-xv5r-3p2x
  const believed = check.includeRequestHeadersInCheck.filter((header) => header.toLowerCase().startsWith("x-forwarded-"));
  return [
    ...found,
    ...believed.map((given) => ({ path: `${path}.includeRequestHeadersInCheck`, message: "shows the server what only a client says of itself", given, allowed: "headers other than X-Forwarded-*" })),
  ];
}
