import { HttpOperation } from "../../../mesh/access";
import { ArgumentRule } from "../../../shared/argumentRule";
import { Problem } from "../../../shared/errors";
import { callerAccountProblems, callerGatewayProblems, callerLabelProblems, callerReasonProblems, callerTwiceProblems } from "../../pod/callers";
import { MeshAppSettings } from "../settings";

const authorization = "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation";
const own = "the platform's own:";

type Requests = readonly Omit<HttpOperation, "hosts">[];

/** A rule that looks at the requests of each caller that names some. */
function eachCaller(id: string, source: string, check: (path: string, requests: Requests) => readonly Problem[]): ArgumentRule<MeshAppSettings> {
  return {
    id,
    source,
    check: ({ callers }) => Object.entries(callers).flatMap(([key, { requests }]) => (requests ? check(`callers[${JSON.stringify(key)}].requests`, requests) : [])),
  };
}

/** Rules about who may call, and what for. */
export const callerRules: readonly ArgumentRule<MeshAppSettings>[] = [
  { id: "caller-account", source: "https://istio.io/latest/docs/concepts/security/#istio-identity", check: ({ callers, platform }) => callerAccountProblems(callers, platform) },
  { id: "caller-labels", source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set", check: ({ callers }) => callerLabelProblems(callers) },
  { id: "caller-reason", source: `${own} who finds an allowance finds the reason with it`, check: ({ callers }) => callerReasonProblems(callers) },
  { id: "caller-twice", source: `${own} what one entry allows the other can't forbid`, check: ({ callers }) => callerTwiceProblems(callers) },
  { id: "caller-gateway", source: `${own} people come by hosts`, check: ({ callers, platform }) => callerGatewayProblems(callers, platform.gateway) },
  eachCaller("requests-none", authorization, (path, requests) => (requests.length === 0 ? [{ path, message: "is empty", allowed: "one entry at least", fix: "Leave it out to allow every request, or leave out the caller." }] : [])),
  eachCaller("request-empty", authorization, (path, requests) =>
    requests.flatMap(({ methods, paths }, index) => {
      const lists = [methods, paths].filter((list) => list !== undefined);
      return lists.length > 0 && lists.every((list) => list.length > 0)
        ? []
        : [{ path: `${path}[${index}]`, message: "says nothing of a request, or has an empty list", allowed: "a method or path at least, and in each list", fix: "Leave out the list, or the entry." }];
    }),
  ),
  eachCaller("request-method", "https://www.rfc-editor.org/rfc/rfc9110#section-9.1", (path, requests) =>
    requests.flatMap(({ methods = [] }, index) =>
      methods.filter((method) => !/^[A-Z]+$/.test(method)).map((method) => ({ path: `${path}[${index}].methods`, message: "is not a method as requests have it", given: JSON.stringify(method), allowed: "upper-case letters, as GET" })),
    ),
  ),
  eachCaller("request-path", authorization, (path, requests) =>
    requests.flatMap(({ paths = [] }, index) =>
      paths.filter((given) => !isPathPattern(given)).map((given) => ({ path: `${path}[${index}].paths`, message: "is not a path that a policy can compare", given: JSON.stringify(given), allowed: "a path that begins with /, without query; `*` only at its end" })),
    ),
  ),
];

/** True for `/api/list` and for `/api/*`. A policy never sees what is not normal, as `//` or `..`. */
export function isPathPattern(path: string): boolean {
  return /^\/[^\s*?#{}]*\*?$/.test(path) && !/\/\/|\/\.\.?(\/|$)/.test(path);
}
