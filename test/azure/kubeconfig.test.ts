import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { kubeconfig } from "../../components/azure/kubeconfig";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const given = `
apiVersion: v1
clusters:
- cluster: { certificate-authority-data: Q0E=, server: "https://aks-acme-dev-1.hcp.westeurope.azmk8s.io:443" }
  name: other
users:
- name: clusterUser
  user: { exec: { command: kubelogin, args: [get-token, --login, devicecode] } }
`;
const args = { credentials: base64(given), clusterName: "aks-acme-dev", tenantId: "tenant", login: "azurecli" as const };

describe("kubeconfig", () => {
  it("takes over address and certificate authority, and signs in by kubelogin in the given way", () => {
    assert.deepEqual(parse(kubeconfig(args)), {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "aks-acme-dev", cluster: { server: "https://aks-acme-dev-1.hcp.westeurope.azmk8s.io:443", "certificate-authority-data": "Q0E=" } }],
      contexts: [{ name: "aks-acme-dev", context: { cluster: "aks-acme-dev", user: "kubelogin" } }],
      "current-context": "aks-acme-dev",
      users: [
        {
          name: "kubelogin",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "kubelogin",
              args: ["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--tenant-id", "tenant"],
              interactiveMode: "Never",
              provideClusterInfo: false,
              installHint: "kubelogin is missing: az aks install-cli, or https://azure.github.io/kubelogin/install.html",
            },
          },
        },
      ],
    });
  });

  for (const login of ["workloadidentity", "msi", "spn"] as const) {
    it(`signs in by ${login} where that is asked for`, () => {
      const written = parse(kubeconfig({ ...args, login })) as { users: [{ user: { exec: { args: string[] } } }] };
      assert.deepEqual(written.users[0].user.exec.args.slice(0, 3), ["get-token", "--login", login]);
    });
  }

  for (const [what, text] of [
    ["nothing", ""],
    ["no cluster", "clusters: []"],
    ["no certificate authority", "clusters: [{ cluster: { server: planted } }]"],
    ["no YAML", "clusters: [planted"],
  ] as const) {
    it(`refuses credentials that hold ${what}, and shows none of them`, () => {
      assert.throws(
        () => kubeconfig({ ...args, credentials: base64(text) }),
        (error: Error) => error.message.includes("aks-acme-dev hold no server address or no certificate authority") && !error.message.includes("planted"),
      );
    });
  }
});
