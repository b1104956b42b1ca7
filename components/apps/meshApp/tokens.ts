import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { istioObject } from "../../mesh/istioObject";
import { AppJwt } from "./args";
import { MeshAppSettings } from "./settings";
import { appLabels } from "./workload";

/**
 * Asks for a token on every request to an app, from the gateway as from inside the mesh, and for its claims. Returns the objects.
 *
 * What is missing is denied, and not what is there allowed: allowances add up, so that one without the claim would be a way round. A request
 * without the claim has none of its values and is denied too.
 *
 * @source https://istio.io/latest/docs/reference/config/security/request_authentication/ and
 * https://istio.io/latest/docs/reference/config/security/conditions/
 */
export function requireTokens(settings: MeshAppSettings, jwt: AppJwt, options: pulumi.CustomResourceOptions): k8s.apiextensions.CustomResource[] {
  const { name, app } = settings;
  const { issuer, jwksUri, exceptPaths = [], claims = {}, headers = {} } = jwt;
  const about = { name: `${app.app}-jwt`, namespace: app.namespace };
  const selector = { matchLabels: appLabels(settings) };
  const to = operationsOf(settings, exceptPaths);

  return [
    istioObject(
      "RequestAuthentication",
      `${name}-jwt`,
      {
        ...about,
        spec: {
          selector,
          jwtRules: [
            {
              issuer,
              jwksUri,
              audiences: [...jwt.audiences],
              // By default a token in the query `access_token` would count, and addresses end up in logs.
              fromHeaders: [{ name: "Authorization", prefix: "Bearer " }],
              ...(Object.keys(headers).length > 0 && { outputClaimToHeaders: Object.entries(headers).map(([header, claim]) => ({ header, claim })) }),
            },
          ],
        },
      },
      options,
    ),
    istioObject(
      "AuthorizationPolicy",
      `${name}-jwt-required`,
      {
        ...about,
        spec: {
          selector,
          action: "DENY",
          rules: [
            { from: [{ source: { notRequestPrincipals: [`${issuer}/*`] } }], ...to },
            ...Object.entries(claims).map(([claim, values]) => ({ ...to, when: [{ key: `request.auth.claims[${claim}]`, notValues: [...values] }] })),
          ],
        },
      },
      options,
    ),
  ];
}

/**
 * Which requests need the token: all, but for the named paths and for metrics that Prometheus fetches from a port of their own. The app's port isn't
 * named: when it changes, pods with the old one go on for a while, and what lets requests in to those may still be there.
 */
function operationsOf({ metrics, containerPort }: MeshAppSettings, exceptPaths: readonly string[]): { to?: { operation: { notPorts?: string[]; notPaths?: string[] } }[] } {
  const forMetrics = metrics?.read === "mutualTls" && metrics.port !== containerPort;
  const operation = { ...(forMetrics && { notPorts: [String(metrics.port)] }), ...(exceptPaths.length > 0 && { notPaths: [...exceptPaths] }) };
  return Object.keys(operation).length > 0 ? { to: [{ operation }] } : {};
}
