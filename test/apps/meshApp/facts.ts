import { AppFacts } from "../../../components/apps/meshApp/facts";

/** An app of two versions with a host. */
export const facts: AppFacts = {
  app: "message",
  namespace: "guestbook",
  address: "message.guestbook.svc.cluster.local",
  protocol: "http",
  servicePort: 80,
  versions: { v1: { weight: 100, pods: 2 }, v2: { weight: 0, pods: 2 } },
  hosts: ["message.dev.example.com"],
  gateway: "istio-ingress/front-door",
  environment: "dev",
};
