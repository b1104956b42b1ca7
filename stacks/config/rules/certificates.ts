import { rule } from "../rule";

export const certificateRules = [
  rule({
    id: "certificates-trusted",
    source: "https://learn.microsoft.com/azure/frontdoor/end-to-end-tls",
    sections: ["certificates"],
    check: ({ certificates }) =>
      certificates.authority === "letsencrypt-staging"
        ? [
            {
              path: "certificates.authority",
              message: "issues certificates that nobody trusts, and Front Door, which speaks HTTPS to the gateway, refuses those",
              given: certificates.authority,
              allowed: "letsencrypt",
              fix: "Leave it out.",
            },
          ]
        : [],
  }),
];
