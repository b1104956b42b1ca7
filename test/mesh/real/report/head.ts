import { list } from "./markdown";
import { envoyApi } from "./versions";

/** What the page is, how it is read, and what was other than on a cluster. */
export function head(): string {
  const { built, asked } = envoyApi();
  return [
    `# Conformance

Written by \`npm run test:mesh\`, which runs the program's Kubernetes half on one machine, on a real API server, a real istiod and real Envoys: the objects
of every environment and example ([accepted](#accepted)), and then the platform of dev with the apps of \`test/fixtures/meshLab\`, which is asked (all
other chapters). The objects are those that the program sends, as a preview with \`--mode up --out\` writes them.`,
    "## How to read it",
    list([
      "Each line is a question, and the answer that was expected. `held` says whether the answer was that one; where a range was expected, `measured` says what it was.",
      "Every proxy first had all that istiod sends. Then the question was asked twice, at once, and both answers had to be right. A question that consists of many requests, or takes seconds, was asked once.",
      "`while …`: something was made other first than the program says. A connection that was kept open may still answer as before, so the question was asked until two answers in a row were right, for 15 seconds at most.",
      "`late: …`: a right answer takes time, for the reason that is named. The question was asked in the same way, until two answers in a row were right.",
      "Changes that claims must not survive: an object was removed or changed, and then another answer was expected, which had to come in the same way. Afterwards the object was put back.",
    ]),
    "## What was other than on a cluster",
    list([
      "It was not Azure: no AKS, no load balancer, no Front Door; the tests sent its header. Entra ID was a stand-in, and so were the machines outside.",
      "There was one node, without a kubelet and without Istio's agent for nodes. The tests began the processes, sent the probes, and redirected the pods' traffic by the proxy agent's own command, with the arguments that the injector had written.",
      "Nothing acted on a Service's address but the proxies. Names came from files of hosts. No network policy acted, and nothing was scaled.",
      "The pods of the program's own workloads were made of its templates by the real injector; in them ran an app of the tests. The rate-limit service, Redis, Prometheus and oauth2-proxy were the real ones.",
      "The pods and Services of oauth2-proxy, of both Redis, of Prometheus and of the gateway were made of what the components declare of their charts. oauth2-proxy's arguments and variables were written after its chart's template; both Redis had a password and no other settings; Prometheus read every two seconds.",
      "Passwords, keys and certificates were the tests' own. cert-manager did not run: its chart was rendered, and its definitions were there.",
      "Envoy was the plain one, which has none of Istio's own filters. So istiod was told to send none: the list of default providers of metrics was empty, and the exchange of metadata and the ALPN filter were off. Nothing here speaks of Istio's own metrics.",
      `istiod, its agent and istioctl were built with Envoy's API of ${built}, and not with the state of ${asked} that their commit asks for.`,
    ]),
  ].join("\n\n");
}
