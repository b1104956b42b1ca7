import { ArgumentRule } from "../../../shared/argumentRule";
import { Problem } from "../../../shared/errors";
import { PlatformHost } from "../../appPlatform";
import { hostClaimant } from "../claims";
import { MeshAppSettings } from "../settings";

const own = "the platform's own:";

const hostOf = ({ platform }: MeshAppSettings, host: string): PlatformHost | undefined => (Object.hasOwn(platform.hosts, host) ? platform.hosts[host] : undefined);

/** A rule that looks at each host that the platform serves, once. */
function eachHost(id: string, source: string, check: (host: PlatformHost, name: string, settings: MeshAppSettings) => Omit<Problem, "path"> | undefined): ArgumentRule<MeshAppSettings> {
  return {
    id,
    source,
    check: (settings) =>
      [...new Set(settings.app.hosts)].flatMap((name) => {
        const host = hostOf(settings, name);
        const problem = host && check(host, name, settings);
        return problem ? [{ path: "hosts", ...problem }] : [];
      }),
  };
}

/** Rules about the hosts that people reach the app by, and the sign-in there. */
export const hostRules: readonly ArgumentRule<MeshAppSettings>[] = [
  {
    id: "host-served",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0132/",
    check: (settings) =>
      settings.app.hosts
        .filter((host) => hostOf(settings, host) === undefined)
        .map((host) => ({
          path: "hosts",
          message: "names a host that the platform doesn't serve",
          given: host,
          allowed: Object.keys(settings.platform.hosts).join(", ") || "none: the platform serves no host",
          fix: `Add it to the platform's config, hosts: { "${host}": {} }, and update the platform first.`,
        })),
  },
  {
    id: "host-twice",
    source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
    check: ({ app: { hosts } }) =>
      hosts.filter((host, index) => hosts.indexOf(host) !== index).map((host) => ({ path: "hosts", message: "names a host twice", given: host, allowed: "each once", fix: "Leave one out." })),
  },
  eachHost("host-of-platform", `${own} two apps on one host would share its paths by chance`, ({ usedBy }, given) =>
    usedBy === undefined ? undefined : { message: `names a host on which ${usedBy} answers`, given, allowed: "a host without an app", fix: "Choose another, or take it from that one in the platform's config." },
  ),
  eachHost("host-of-other-app", "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services", (_, given, settings) => {
    const other = hostClaimant(settings, given);
    return other === undefined ? undefined : { message: `names a host on which ${other} answers`, given, allowed: "a host without an app", fix: `Choose another, or take it from ${other}.` };
  }),
  {
    id: "sign-in-without-host",
    source: `${own} people sign in on hosts, which have TLS; inside the mesh nobody does`,
    check: ({ signIn, app: { hosts } }) => (signIn && hosts.length === 0 ? [{ path: "signIn", message: "is for no host", allowed: "one host at least that asks for it at the platform", fix: "Name the hosts, or leave it out." }] : []),
  },
  {
    id: "sign-in-without-tokens",
    source: `${own} a security request that can't be met is refused`,
    check: ({ signIn, platform }) =>
      signIn && platform.signInTokens === undefined
        ? [{ path: "signIn", message: "can't be asked for: the platform has no sign-in", fix: "Mark a host in the platform's config, hosts: { <host>: { signIn: true } }, and update the platform first." }]
        : [],
  },
  eachHost("sign-in-not-at-platform", `${own} nobody would be sent to the sign-in, so that everyone would get 403`, (host, given, { signIn }) =>
    signIn && !host.signIn ? { message: "names a host that the platform opens without a sign-in", given, allowed: "hosts that ask for it there", fix: `Mark it in the platform's config, hosts: { "${given}": { signIn: true } }, or leave out \`signIn\`.` } : undefined,
  ),
  eachHost("sign-in-not-at-app", "https://learn.microsoft.com/azure/well-architected/security/principles", (host, given, { signIn }) =>
    host.signIn && !signIn ? { message: "names a host that asks for a sign-in at the platform, which the app has to ask for too", given, allowed: "`signIn: true`", fix: "Add it; a request that gets past the gateway in another way then ends at the app." } : undefined,
  ),
];
