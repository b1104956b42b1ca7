import * as k8s from "@pulumi/kubernetes";
import { AppPlatform } from "../../components/apps/appPlatform";
import { istioObject } from "../../components/mesh/istioObject";
import { entraTokens } from "../../components/mesh/requireSignIn";
import { testCluster } from "./insideCluster";
import { testTenant } from "./record";

/** What an app needs of the platform but for the cluster and what must be there first. */
const facts = {
  environment: "dev",
  images: {},
  registryLoginServer: "cracmedev.azurecr.io",
  oidcIssuerUrl: "https://oidc.example.com/cluster/",
  gateway: { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } } },
  hosts: {
    "app.dev.example.com": { signIn: false },
    "other.dev.example.com": { signIn: false },
    "private.dev.example.com": { signIn: true },
    "echo.dev.example.com": { signIn: false, usedBy: "the echo server" },
  },
  signInTokens: entraTokens(testTenant, "44444444-5555-4666-8777-888888888888"),
  outsideMesh: ["legacy"],
  exceptionNamespaces: ["billing"],
} as const;

/**
 * The platform as its own program has it, for tests of what runs on it: `mesh` and `ingress` are stand-ins for the mesh and the gateway's
 * namespace, `gateway` is the Gateway. Call it inside a recorded program, once: two apps are of one platform where they are given the same object.
 */
export function testAppPlatform(change: Partial<AppPlatform> = {}): AppPlatform {
  const cluster = testCluster();
  const made = (name: string, namespace: string): k8s.core.v1.Namespace =>
    new k8s.core.v1.Namespace(name, { metadata: { name: namespace } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
  const ready = [made("mesh", "istio-system"), made("ingress", "istio-ingress")];
  const server = { port: { number: 443, name: "https", protocol: "HTTPS" }, hosts: ["*.dev.example.com"], tls: { mode: "SIMPLE" as const, credentialName: "certificate" } };
  istioObject(
    "Gateway",
    "gateway",
    { name: "front-door", namespace: "istio-ingress", spec: { selector: facts.gateway.identity.podLabels, servers: [server] } },
    { provider: cluster.provider, deletedWith: cluster.deletedWith, dependsOn: ready },
  );
  return { ...facts, cluster, ready, ...change };
}

/** The platform as another project has it from its outputs: cluster and mesh are there already. */
export function testConsumerPlatform(change: Partial<AppPlatform> = {}): AppPlatform {
  return { ...facts, cluster: { provider: new k8s.Provider("inside", { kubeconfig: "{}", clusterIdentifier: "inside" }) }, ready: [], ...change };
}
