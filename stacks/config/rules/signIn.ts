import { Problem } from "../../../components/shared/errors";
import { allowedProblems } from "../../../components/services/oauth2ProxyConfig";
import { repeated, rule } from "../rule";
import { Sections } from "../schema";

const path = "signIn.host";

const asking = (hosts: Sections["hosts"]): string[] => Object.keys(hosts).filter((host) => hosts[host]?.signIn === true);
const names = ({ emails, servicePrincipals, groups }: Sections["signIn"]["allowed"]): string[] => [...emails, ...servicePrincipals, ...groups];

export const signInRules = [
  rule({
    id: "sign-in-allowed",
    source: "https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview#proxy-options",
    sections: ["hosts", "signIn"],
    // Without a host that asks for it, an empty list is as it should be.
    check: ({ hosts, signIn }) => (asking(hosts).length > 0 || names(signIn.allowed).length > 0 ? allowedProblems("signIn.allowed", signIn.allowed) : []),
  }),
  rule({
    id: "sign-in-repeated",
    source: "the platform's own: a name that stands twice is taken out once and still lets in",
    sections: ["signIn"],
    check: ({ signIn: { allowed } }) =>
      Object.entries(allowed).flatMap(([list, values]) =>
        repeated(
          `signIn.allowed.${list}`,
          values.map((value) => value.toLowerCase()),
        ),
      ),
  }),
  rule({
    id: "sign-in-unused",
    source: "the platform's own: a setting has an effect or is refused",
    sections: ["hosts", "signIn"],
    check: ({ hosts, signIn: { allowed, application, host } }) =>
      asking(hosts).length === 0 && (names(allowed).length > 0 || application !== undefined || host !== undefined)
        ? [{ path: "signIn", message: "is for no host", allowed: "at least one host that asks for it", fix: 'Mark the host: hosts: { "app.dev.example.com": { signIn: true } }' }]
        : [],
  }),
  rule({
    id: "sign-in-host",
    source: "https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview#cookie-options",
    sections: ["hosts", "signIn", "echo"],
    check: ({ hosts, signIn: { host }, echo }): Problem[] => {
      if (host === undefined) return [];
      const given = JSON.stringify(host);
      if (!Object.hasOwn(hosts, host)) return [{ path, message: "is not one of the platform's hosts", given, allowed: Object.keys(hosts).join(", ") || "none: hosts is empty", fix: `Add it to hosts: "${host}": {}` }];
      const app = hosts[host]?.signIn === true || echo.hosts.includes(host);
      return app ? [{ path, message: "is the host of an app", given, allowed: "a host without an app, that does not itself ask for the sign-in" }] : [];
    },
  }),
];
