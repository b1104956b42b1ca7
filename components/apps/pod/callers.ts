import { Caller, GatewayReference, principal } from "../../mesh/access";
import { Problem } from "../../shared/errors";
import { allowedLabels, wrongLabels } from "../../shared/labels";
import { reasonProblems } from "../../shared/reason";
import { AppPlatform } from "../appPlatform";
import { AppCaller } from "../meshApp/args";
import { callerNamespaceProblems, subdomain } from "./names";

type Callers = Readonly<Record<string, Omit<AppCaller, "requests">>>;

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

// The policy that lets the caller out names it, and what it calls: with the longest name of that one, in 253 characters.
const longestAccount = 115;

const pathOf = (key: string): string => `callers[${JSON.stringify(key)}]`;

/** The callers as the rules about access have them. */
export function callersOf(callers: Readonly<Record<string, AppCaller>>): Caller[] {
  return Object.values(callers).map(({ serviceAccount, podLabels, reason, elsewhere, requests }) => ({
    serviceAccount,
    podLabels,
    reason,
    elsewhere,
    ...(requests && { http: requests }),
  }));
}

/** What is wrong with a caller's service account: nothing with a certificate of the mesh can have it. */
export function callerAccountProblems(callers: Callers, platform: Pick<AppPlatform, "outsideMesh">): Problem[] {
  return Object.entries(callers).flatMap(([key, { serviceAccount: { namespace, name } }]) => {
    const path = `${pathOf(key)}.serviceAccount`;
    const forms = [["namespace", namespace, namespaceName, 63], ["name", name, subdomain, longestAccount]] as const;
    const wrong = forms
      .filter(([, given, form, longest]) => !form.test(given) || given.length > longest)
      .map(([part, given, , longest]) => ({ path: `${path}.${part}`, message: "is not a name in the cluster", given: JSON.stringify(given), allowed: `a whole name of up to ${longest} characters, without \`*\`` }));
    return wrong.length > 0 ? wrong : callerNamespaceProblems(`${path}.namespace`, namespace, platform);
  });
}

/** What is wrong with the labels of a caller's pods: no pod can have them. */
export function callerLabelProblems(callers: Callers): Problem[] {
  return Object.entries(callers).flatMap(([key, { podLabels = {} }]) =>
    wrongLabels(podLabels).map(([label, value]) => ({ path: `${pathOf(key)}.podLabels[${JSON.stringify(label)}]`, message: "is not a label that a pod can have", given: JSON.stringify(value), allowed: allowedLabels })),
  );
}

/** The callers that say no reason. */
export function callerReasonProblems(callers: Callers): Problem[] {
  return Object.entries(callers).flatMap(([key, { reason }]) => reasonProblems(`${pathOf(key)}.reason`, reason));
}

/** The callers that are there twice. */
export function callerTwiceProblems(callers: Callers): Problem[] {
  const names = Object.values(callers).map(({ serviceAccount }) => principal(serviceAccount));
  return Object.entries(callers)
    .filter(([, { serviceAccount }], index) => names.indexOf(principal(serviceAccount)) !== index)
    .map(([key, { serviceAccount: { namespace, name } }]) => ({ path: pathOf(key), message: "names the same account as another entry", given: `${namespace}/${name}`, allowed: "each account once", fix: "Leave one out, and give the other all its requests." }));
}

/** The gateway is let in by hosts, which it decides by: as a caller it could bring in any request. */
export function callerGatewayProblems(callers: Callers, { identity }: GatewayReference): Problem[] {
  return Object.entries(callers)
    .filter(([, { serviceAccount }]) => principal(serviceAccount) === principal(identity.serviceAccount))
    .map(([key]) => ({ path: pathOf(key), message: "is the platform's gateway", allowed: "callers inside the mesh", fix: "Name the hosts that people use in `hosts`, where the app takes them." }));
}
