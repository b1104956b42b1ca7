import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { toolPath } from "../tools/goTools";
import { podNetwork } from "./network";
import { Place } from "./place";
import { Server } from "./server";

/*
 * etcd, the API server and the controllers that make what pods and Services need: accounts, root certificates, endpoints. The collector of
 * pods would remove those on nodes that do not exist.
 */

const port = 6443;
const controllers = ["endpointslice-controller", "serviceaccount-token-controller", "serviceaccount-controller", "root-ca-certificate-publisher-controller", "namespace-controller"];

/** The API server, as its clients see it. */
export interface ControlPlane {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  /** The token of one who may do everything. */
  readonly token: string;
  readonly apiServer: Server;
  /** A config file of kubectl's kind, for whoever has this token. */
  configFile(file: string, token: string): string;
}

/** Starts it; resolves once it is ready. */
export async function startControlPlane(place: Place): Promise<ControlPlane> {
  const { folder } = place;
  const file = (name: string): string => path.join(folder, name);
  const token = randomBytes(16).toString("hex");
  fs.writeFileSync(file("tokens.csv"), `${token},lab,lab,system:masters\n`, { mode: 0o600 });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });
  fs.writeFileSync(file("accounts.key"), privateKey, { mode: 0o600 });
  fs.writeFileSync(file("accounts.pub"), publicKey);

  await place.serve({
    name: "etcd",
    // What it holds is for this run: it need not survive the machine.
    command: [toolPath("etcd"), "--data-dir", file("etcd"), "--unsafe-no-fsync", "--log-level", "warn", "--listen-client-urls", "http://127.0.0.1:2379", "--advertise-client-urls", "http://127.0.0.1:2379"],
    ready: async () => (await place.request({ url: "http://127.0.0.1:2379/health" })).status === 200,
  });

  const authorized = { authorization: `Bearer ${token}` };
  const url = `https://${podNetwork.gateway}:${port}`;
  const apiServer = await place.serve({
    name: "kube-apiserver",
    command: [
      toolPath("apiServer"),
      "--etcd-servers=http://127.0.0.1:2379",
      `--advertise-address=${podNetwork.gateway}`,
      `--secure-port=${port}`,
      `--cert-dir=${file("certificates")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      `--token-auth-file=${file("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${file("accounts.pub")}`,
      `--service-account-signing-key-file=${file("accounts.key")}`,
      // All but the last are on by default; said here because the tests rest on them.
      "--enable-admission-plugins=PodSecurity,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ServiceAccount",
      // Webhooks are called at the addresses of their pods: nothing in the lab redirects those of Services.
      "--enable-aggregator-routing=true",
    ],
    ready: async () => (await place.request({ url: `${url}/readyz`, headers: authorized })).status === 200,
    within: 60_000,
  });

  const ca = fs.readFileSync(file("certificates/apiserver.crt"), "utf8");
  const configFile = (to: string, of: string): string => {
    const cluster = { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") };
    const config = { apiVersion: "v1", kind: "Config", "current-context": "lab", clusters: [{ name: "lab", cluster }], users: [{ name: "lab", user: { token: of } }], contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }] };
    fs.writeFileSync(to, stringify(config), { mode: 0o600 });
    return to;
  };
  await place.serve({
    name: "kube-controller-manager",
    command: [
      toolPath("controllerManager"),
      `--kubeconfig=${configFile(file("controllers.yaml"), token)}`,
      `--controllers=${controllers.join(",")}`,
      `--service-account-private-key-file=${file("accounts.key")}`,
      `--root-ca-file=${file("certificates/apiserver.crt")}`,
      "--leader-elect=false",
      "--secure-port=0",
    ],
  });
  return { host: podNetwork.gateway, port, ca, token, apiServer, configFile };
}
