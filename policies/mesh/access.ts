import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord, UNKNOWN } from "../../simulator/engine/values";
import { MeshPort, MeshView, speaksNoHttp } from "../../simulator/kubernetes/meshView";
import { Reading } from "../../simulator/resource";
import { first } from "../../simulator/rules/rule";
import { eachOf, Policy, PolicyResource, PolicyStack } from "../policy";
import { isMostOfInternet } from "../ranges";
import { hasReason } from "../reason";
import { controlPlanes, isInRoot, istioTypes, rootNamespace, selectorOf } from "./objects";

const authorization = "https://istio.io/latest/docs/reference/config/security/authorization-policy/";
/** Principals of a whole trust domain, `cluster.local/ns/default/sa/app` being one of a single account. */
const everyPrincipal = /^[^/]*\/?\*$|^[^/]+\/ns\/\*$/;
const httpOperations = ["methods", "notMethods", "hosts", "notHosts", "paths", "notPaths"];
const httpSources = ["requestPrincipals", "notRequestPrincipals"];
const httpConditions = /^request\./;

/** Who may call whom: nobody without a rule, and nobody by a rule that is not for them. */
export const access: readonly Policy[] = [
  {
    id: "mesh-deny-all",
    group: "mesh",
    level: "error",
    title: "A mesh allows nothing that no policy allows.",
    fix: "Make an AuthorizationPolicy with an empty spec in the root namespace.",
    source: "https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns",
    check(stack) {
      const policies = stack.ofType(...istioTypes.authorizationPolicy);
      return controlPlanes(stack).flatMap((controlPlane) =>
        rootNamespace(controlPlane) === undefined || policies.some((policy) => [rootNamespace(controlPlane), undefined].includes(namespaceOf(policy)) && mayAllowNothing(policy)) ? [] : [{ urn: controlPlane.urn, message: "Every workload without a policy of its own answers everybody." }],
      );
    },
  },
  {
    id: "authorization-lets-everyone-in",
    group: "mesh",
    level: "error",
    title: "A policy lets in those it names, or says why it is for everybody.",
    fix: "Name the callers' service accounts under from; where it is meant for everybody, say why in the annotation delivery-platform/reason.",
    source: `${authorization}#Rule`,
    check: eachOf(istioTypes.authorizationPolicy, (policy) =>
      policy.is("spec.action", undefined, "ALLOW") && !hasReason(policy) && policy.items("spec.rules").some(isForEveryone) ? "It has a rule that any caller meets." : undefined,
    ),
  },
  {
    id: "request-authentication-unenforced",
    group: "mesh",
    level: "error",
    title: "Where tokens are checked, a request without one is refused.",
    fix: "Add an AuthorizationPolicy for the same pods that asks for requestPrincipals, or denies notRequestPrincipals.",
    source: "https://istio.io/latest/docs/concepts/security/#request-authentication",
    check: eachOf(istioTypes.requestAuthentication, (authentication, stack) =>
      authentication.list("spec.jwtRules").length === 0 || stack.ofType(...istioTypes.authorizationPolicy).some((policy) => asksForToken(policy) && sharePods(policy, authentication, stack))
        ? undefined
        : "It refuses wrong tokens; a request without any passes.",
    ),
  },
  {
    id: "request-authentication-audiences",
    group: "mesh",
    level: "error",
    title: "A token counts for whom it was made.",
    fix: "List the application's ids in audiences.",
    source: "https://istio.io/latest/docs/reference/config/security/jwt/#JWTRule",
    check: eachOf(istioTypes.requestAuthentication, (authentication) => {
      const rule = authentication.items("spec.jwtRules").find((candidate) => candidate.lacks("audiences") || isEmpty(candidate, "audiences"));
      return rule && `A token that ${rule.text("issuer") ?? "the issuer"} made for any other application counts too.`;
    }),
  },
  {
    id: "authorization-http-on-tcp",
    group: "mesh",
    level: "error",
    title: "A policy for a port that speaks no HTTP asks for nothing of HTTP.",
    fix: "Use from.source.principals and to.operation.ports alone for that port.",
    source: "https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/",
    check: eachOf(istioTypes.authorizationPolicy, (policy, stack) => {
      const port = httpOnTcp(policy, stack);
      return port && `It asks for what only HTTP has, on ${port}: there an ALLOW rule never matches, and a DENY rule matches everything.`;
    }),
  },
  {
    id: "authorization-provider-unknown",
    group: "mesh",
    level: "error",
    title: "A CUSTOM policy names a provider that the mesh has.",
    fix: "Add it to meshConfig.extensionProviders of the control plane, or put the name right.",
    source: "https://istio.io/latest/docs/tasks/security/authorization/authz-custom/",
    check: eachOf(istioTypes.authorizationPolicy, (policy, stack) => {
      const planes = controlPlanes(stack);
      const provider = policy.is("spec.action", "CUSTOM") ? policy.text("spec.provider.name") : undefined;
      const known = planes.some((plane) => providersOf(plane) === undefined || providersOf(plane)?.some((candidate) => !candidate.isNot("name", provider)));
      return provider !== undefined && planes.length > 0 && !known ? `The mesh has no provider ${provider}: each request that the rules match is answered 403.` : undefined;
    }),
  },
  {
    id: "extension-provider-unknown",
    group: "mesh",
    level: "error",
    title: "A provider of the mesh is a Service with that port.",
    fix: "Name the Service by its full address and its own port, not the container's.",
    source: "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider",
    check: (stack) =>
      controlPlanes(stack).flatMap((plane) => {
        const wrong = first(providersOf(plane) ?? [], (provider) => providerProblem(provider, MeshView.of(stack)));
        return wrong === undefined ? [] : [{ urn: plane.urn, message: wrong }];
      }),
  },
];

const isEmpty = (reading: Reading, path: string): boolean => reading.lacks(path) || (Array.isArray(reading.get(path)) && reading.list(path).length === 0);

function mayAllowNothing(policy: PolicyResource): boolean {
  return !policy.isNot("spec.action", undefined, "ALLOW") && (policy.is("spec.rules", UNKNOWN) || isEmpty(policy, "spec.rules")) && Object.keys(selectorOf(policy)).length === 0 && !policy.holds("spec.targetRefs");
}

function isForEveryone(rule: Reading): boolean {
  if (!isEmpty(rule, "when")) return false;
  if (isEmpty(rule, "from")) return true;
  return rule.items("from").some((from) => {
    const source = from.get("source");
    // What a source is not leaves everybody else.
    return isRecord(source) && Object.entries(source).every(([key, given]) => key.startsWith("not") || isEveryone(key, given));
  });
}

/** Whether a list of callers is of all: by name with the mesh's certificate, or by half of all addresses or more. */
function isEveryone(key: string, given: unknown): boolean {
  const callers = Array.isArray(given) ? given.filter((value) => typeof value === "string") : [];
  if (/ipBlocks$/i.test(key)) return isMostOfInternet(callers);
  return key === "principals" ? callers.some((caller) => everyPrincipal.test(caller)) : key !== "requestPrincipals" && callers.includes("*");
}

/** Whether a policy depends on a token in any of its rules, or may do so by rules that are not known yet. */
function asksForToken(policy: PolicyResource): boolean {
  if (policy.is("spec.rules", UNKNOWN)) return true;
  return policy.items("spec.rules").some(
    (rule) =>
      ["from", "when"].some((path) => rule.is(path, UNKNOWN)) ||
      rule.items("from").some((from) => httpSources.some((key) => from.has(`source.${key}`))) ||
      rule.items("when").some((when) => when.is("key", UNKNOWN) || when.text("key")?.startsWith("request.auth.") === true),
  );
}

/** Whether there can be pods that two objects are both for. */
function sharePods(policy: PolicyResource, other: PolicyResource, stack: PolicyStack): boolean {
  const labels = selectorOf(other);
  const near = [policy, other].some((object) => namespaceOf(object) === undefined) || namespaceOf(policy) === namespaceOf(other) || isInRoot(policy, stack) || isInRoot(other, stack);
  return near && Object.entries(selectorOf(policy)).every(([key, value]) => labels[key] === undefined || labels[key] === value);
}

/** The first port without HTTP that a rule about HTTP is for. */
function httpOnTcp(policy: PolicyResource, stack: PolicyStack): string | undefined {
  const namespace = namespaceOf(policy);
  const mesh = MeshView.of(stack);
  if (namespace === undefined || isInRoot(policy, stack) || mesh.isGateway(namespace, selectorOf(policy))) return undefined;
  const ports = mesh.servicesOfPods(namespace, selectorOf(policy)).flatMap((service) => service.ports);
  const plain = ports.filter((port) => speaksNoHttp(port) && !ports.some((other) => other.target === port.target && !speaksNoHttp(other)));
  return first(policy.items("spec.rules"), (rule) => {
    const whole = rule.items("from").some((from) => httpSources.some((key) => from.holds(`source.${key}`))) || rule.items("when").some((when) => httpConditions.test(when.text("key") ?? ""));
    const operations = isEmpty(rule, "to") ? [new Reading({})] : rule.items("to").map((to) => new Reading(to.get("operation")));
    return first(operations, (operation) => (whole || httpOperations.some((key) => operation.holds(key)) ? tcpPortOf(operation, plain, ports) : undefined));
  });
}

/** A port without HTTP that an operation names, or, where it names none, that the pods have nothing but. */
function tcpPortOf(operation: Reading, plain: readonly MeshPort[], all: readonly MeshPort[]): string | undefined {
  const named = operation.texts("ports");
  const found = operation.has("ports") ? plain.find((port) => named.includes(String(port.target))) : plain.length === all.length ? plain[0] : undefined;
  return found && `the port ${found.name ?? String(found.number)}`;
}

/** The providers of a control plane; nothing where they are not known. */
function providersOf(plane: PolicyResource): Reading[] | undefined {
  const path = "values.meshConfig.extensionProviders";
  return plane.lacks(path) || Array.isArray(plane.get(path)) ? plane.items(path) : undefined;
}

function providerProblem(provider: Reading, mesh: MeshView): string | undefined {
  const kinds = isRecord(provider.properties) ? Object.values(provider.properties).filter(isRecord).map((kind) => new Reading(kind)) : [];
  return first(kinds, (kind) => {
    const address = kind.text("service")?.split("/").at(-1);
    const port = kind.number("port");
    const [, namespace] = address?.match(/^[^.]+\.([^.]+)\.svc\.cluster\.local$/) ?? [];
    if (address === undefined || !mesh.knows(namespace)) return undefined;
    const service = mesh.service(address);
    if (service === undefined) return `The provider ${provider.text("name") ?? ""} is at ${address}, which is no Service.`;
    return port === undefined || service.ports.some(({ number }) => number === port) ? undefined : `The provider ${provider.text("name") ?? ""} is at port ${port} of ${address}, which has ${service.ports.map(({ number }) => number).join(", ")}.`;
  });
}
