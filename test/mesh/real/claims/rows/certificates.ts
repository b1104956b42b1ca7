import { Chapter } from "../claim";
import { renewal, servedCertificate } from "../questions/certificate";
import { otherCertificate } from "../world";

const gateway = "Gateway istio-ingress/front-door";

/** The certificate that Front Door meets. */
export const certificates: Chapter = {
  title: "The gateway's certificate",
  claims: [
    { id: "certificate-served", claims: "the gateway shows the certificate of the Secret that `credentialName` names", question: servedCertificate(), expected: { served: true, verified: true }, restsOn: [gateway] },
    {
      id: "certificate-renewed",
      claims: "a renewed one is shown without a restart, and what is under way goes on",
      question: renewal(),
      expected: { "new certificate": true, status: 200, "status on the same connection": 200, restarts: 0 },
      restsOn: [gateway],
    },
  ],
  mutations: [
    { claims: ["certificate-served"], what: "the gateway names another Secret", changes: [{ object: gateway, at: ["spec", "servers", 0, "tls", "credentialName"], value: otherCertificate }], expected: { served: false, verified: true } },
    { claims: ["certificate-renewed"], what: "the gateway names another Secret while one is renewed", changes: [{ object: gateway, at: ["spec", "servers", 0, "tls", "credentialName"], value: otherCertificate }], expected: { "new certificate": false, status: 200 } },
  ],
};
