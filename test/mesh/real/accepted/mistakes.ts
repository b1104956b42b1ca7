import type { Change } from "../claims/claim";

/* Mistakes that must not pass: objects and pods that the API server refuses, what it takes and istioctl finds, and wrong values of charts. */

/** A mistake in one object of the program's, and what the real servers say of it. */
export interface Mistake extends Change {
  readonly what: string;
  readonly says: RegExp;
}

const gateway = "Gateway istio-ingress/front-door";
const server = ["spec", "servers", 0] as const;
const app = "Deployment guestbook/message-v1";
const container = ["spec", "template", "spec", "containers", 0] as const;

/** Objects that are refused. */
export const refusedObjects: readonly Mistake[] = [
  { what: "a field that a Deployment has not", object: app, at: [...container, "restartPolicy2"], value: "Always", says: /restartPolicy2: field not declared in schema/ },
  { what: "a field that a Gateway has not", object: gateway, at: [...server, "tls", "minimumVersion"], value: "TLSV1_2", says: /minimumVersion: field not declared in schema/ },
  { what: "a field that a Certificate has not", object: "Certificate istio-ingress/front-door-certificate", at: ["spec", "secret"], value: "x", says: /\.spec\.secret: field not declared in schema/ },
  { what: "a mode of TLS that there is not", object: "PeerAuthentication istio-system/default", at: ["spec", "mtls", "mode"], value: "ALWAYS", says: /Unsupported value: "ALWAYS"/ },
  { what: "an algorithm of keys that there is not", object: "Certificate istio-ingress/front-door-certificate", at: ["spec", "privateKey", "algorithm"], value: "DSA", says: /Unsupported value: "DSA"/ },
  { what: "two servers of a Gateway on ports of one name", object: gateway, at: ["spec", "servers", 1], value: { hosts: ["other.dev.example.com"], port: { name: "https", number: 8443, protocol: "HTTPS" }, tls: { mode: "SIMPLE", credentialName: "other" } }, says: /port names in servers must be unique/ },
  { what: "a Gateway that ends TLS without a certificate", object: gateway, at: [...server, "tls", "credentialName"], says: /tls/i },
  { what: "a check of requests by nobody", object: "AuthorizationPolicy istio-ingress/sign-in-private.dev.example.com", at: ["spec", "provider"], says: /provider.*must not be empty|CUSTOM.*provider/i },
  { what: "a port of mutual TLS on a rule for the whole mesh", object: "PeerAuthentication istio-system/default", at: ["spec", "portLevelMtls"], value: { 8080: { mode: "DISABLE" } }, says: /portLevelMtls requires selector/ },
  { what: "weights that add up to nothing", object: "VirtualService guestbook/message", at: ["spec", "http", 0, "route"], value: ["v1", "v2"].map((subset) => ({ destination: { host: "message.guestbook.svc.cluster.local", subset }, weight: 0 })), says: /total destination weight = 0/ },
  { what: "an Envoy filter of a kind that there is not", object: "EnvoyFilter guestbook/message-local-limit", at: ["spec", "configPatches", 0, "patch", "value", "typed_config", "@type"], value: "type.googleapis.com/envoy.Nothing", says: /unknown|not found|unable to resolve/i },
  { what: "pods that a Deployment would not find again", object: app, at: ["spec", "selector", "matchLabels", "version"], value: "v9", says: /`selector` does not match template `labels`/ },
];

/** Pods that are not admitted: their namespace is `restricted`. */
export const refusedPods: readonly Mistake[] = [
  { what: "a container that may get more rights than it has", object: "Pod guestbook/message-v1-0", at: ["spec", "containers", 0, "securityContext"], says: /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/ },
  { what: "a container that is root", object: "Pod guestbook/message-v1-0", at: ["spec", "securityContext", "runAsNonRoot"], value: false, says: /violates PodSecurity "restricted:latest": runAsNonRoot/ },
  { what: "an own container that redirects traffic", object: "Pod guestbook/message-v1-0", at: ["spec", "initContainers"], value: [{ name: "redirect", image: "x", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } }], says: /violates PodSecurity "restricted:latest": unrestricted capabilities/ },
  { what: "a volume of the node's", object: "Pod guestbook/message-v1-0", at: ["spec", "volumes", 0], value: { name: "node", hostPath: { path: "/" } }, says: /restricted volume types/ },
];

/** A mistake in the cluster that no server refuses, and what `istioctl analyze` finds of it. */
export interface Oversight {
  readonly what: string;
  /** The object of the program's that is changed, and put into the analysis under another name where it is to be there twice. */
  readonly change: Change & { readonly name?: string };
  readonly finds: RegExp;
}

/** What the API server takes, and istioctl finds. */
export const oversights: readonly Oversight[] = [
  { what: "a route to a host that there is not", change: { object: "VirtualService guestbook/message", at: ["spec", "http", 0, "route", 0, "destination", "host"], value: "nobody.guestbook.svc.cluster.local" }, finds: /^IST0101 VirtualService guestbook\/message: .*nobody/ },
  { what: "a route to a subset that there is not", change: { object: "VirtualService guestbook/message", at: ["spec", "http", 0, "route", 0, "destination", "subset"], value: "v9" }, finds: /^IST0101 VirtualService guestbook\/message: .*v9/ },
  { what: "a Gateway for pods that there are not", change: { object: gateway, at: ["spec", "selector", "istio"], value: "ingressgateway" }, finds: /^IST0101 Gateway istio-ingress\/front-door/ },
  { what: "a second Gateway for the same hosts", change: { object: gateway, at: ["spec", "servers", 0, "port", "name"], value: "other", name: "back-door" }, finds: /^IST0145 Gateway istio-ingress\// },
  { what: "a rule for pods that there are not", change: { object: "AuthorizationPolicy guestbook/message-access", at: ["spec", "selector", "matchLabels", "app"], value: "mesage" }, finds: /^IST0127 AuthorizationPolicy guestbook\/message-access/ },
  { what: "a secret that there is not", change: { object: gateway, at: [...server, "tls", "credentialName"], value: "nothing" }, finds: /^IST0101 Gateway istio-ingress\/front-door: .*credentialName/ },
];

/** A value that a chart should not be given, and what is said of it. */
export interface WrongValue {
  readonly what: string;
  readonly release: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly says: RegExp;
}

/** Values that are refused by the chart's own schema, or are to no purpose. */
export const wrongValues: readonly WrongValue[] = [
  { what: "a value that the gateway's chart has not", release: "istio-ingress", path: ["podDisruptionBugdet"], value: { minAvailable: 1 }, says: /podDisruptionBugdet/ },
  { what: "a value of another type", release: "istio-ingress", path: ["autoscaling", "minReplicas"], value: "two", says: /minReplicas/ },
  { what: "a value that cert-manager's chart has not", release: "cert-manager", path: ["installCRD"], value: true, says: /installCRD/ },
  { what: "a value that istiod's chart has not, and does not refuse", release: "istiod", path: ["autoscaleMinimum"], value: 3, says: /istiod: autoscaleMinimum changes nothing/ },
  { what: "a value in a wrong place", release: "istio-cni", path: ["logAsJson"], value: true, says: /istio-cni: logAsJson changes nothing/ },
  { what: "a value that istiod's chart has not where it hands all of them on to the injector", release: "istiod", path: ["global", "proxy", "seccomp"], value: "RuntimeDefault", says: /istiod: global\.proxy\.seccomp changes nothing/ },
];
