import * as cdn from "@pulumi/azure-native/cdn";
import * as dns from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { FrontDoor } from "./frontDoor";
import { FrontDoorOrigin } from "./frontDoorOrigin";

/** Arguments of `FrontDoorHosts`. */
export interface FrontDoorHostsArgs {
  readonly resourceGroupName: string;
  readonly frontDoor: FrontDoor;
  readonly origin: FrontDoorOrigin;
  /** The full names, as `shop.dev.example.com`; each in `dnsZone`, none of them a wildcard or the zone itself. */
  readonly hosts: readonly string[];
  /** The public DNS zone. It exists and is delegated; this component only adds records. */
  readonly dnsZone: { readonly name: string; readonly resourceGroup: string };
  /** What the gateway has its certificate from: no request comes before. */
  readonly gatewayCertificate: pulumi.Resource;
  /** What must be there before a host's first request besides, by host: the rules of its sign-in. Default: nothing. */
  readonly after?: Readonly<Record<string, readonly pulumi.Resource[]>>;
}

/**
 * The host names that Front Door serves, by HTTPS all the way: for each a custom domain with a certificate that Front Door manages, the
 * record that proves the ownership, a route to the origin, and at last the CNAME that brings traffic. One security policy puts the firewall before all of them.
 *
 * A record comes after the routes and the firewall, and goes before them: no request meets a host that is not ready or not protected, and
 * no record points to a host that is given up.
 *
 * @example
 * new FrontDoorHosts("hosts", {
 *   resourceGroupName, frontDoor, origin, hosts: ["echo.dev.example.com"],
 *   dnsZone: { name: "example.com", resourceGroup: "rg-dns" }, gatewayCertificate: certificates.certificate,
 * });
 * @throws ArgumentError that names every host which Front Door can't serve.
 * @source https://learn.microsoft.com/azure/frontdoor/domain
 */
export class FrontDoorHosts extends pulumi.ComponentResource {
  /** The names that are served. */
  readonly hosts: readonly string[];

  constructor(name: string, args: FrontDoorHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, [...args.hosts.flatMap((host, index) => hostProblems(host, index, args)), ...afterProblems(args)]);
    super("delivery-platform:azure:FrontDoorHosts", name, {}, opts);
    const { resourceGroupName, frontDoor, origin, dnsZone } = args;
    const profileName = nameWith(frontDoor.profile, frontDoor.profileName);
    const endpointName = nameWith(frontDoor.endpoint, frontDoor.endpointName);

    const served = args.hosts.map((host) => {
      const domain = new cdn.AFDCustomDomain(
        `${name}-${host}-domain`,
        {
          resourceGroupName,
          profileName,
          customDomainName: resourceNameOf(host),
          hostName: host,
          tlsSettings: { certificateType: cdn.AfdCertificateType.ManagedCertificate, minimumTlsVersion: cdn.AfdMinimumTlsVersion.TLS12 },
        },
        { parent: this, dependsOn: [frontDoor.profile] },
      );
      const record = { resourceGroupName: dnsZone.resourceGroup, zoneName: dnsZone.name };
      const label = relativeTo(dnsZone.name, host);
      new dns.RecordSet(
        `${name}-${host}-ownership`,
        {
          ...record,
          recordType: "TXT",
          relativeRecordSetName: `_dnsauth.${label}`,
          ttl: 3600,
          // The value is good for seven days. Once it is found, the domain stays validated.
          txtRecords: [{ value: [domain.validationProperties.validationToken] }],
        },
        { parent: this },
      );
      const route = new cdn.Route(
        `${name}-${host}-route`,
        {
          resourceGroupName,
          profileName,
          endpointName,
          // A route can't be made for a group without an origin, and the last origin of a group that has a route can't be deleted: nor replaced.
          routeName: nameWith(origin.origin, resourceNameOf(host)),
          customDomains: [{ id: domain.id }],
          originGroup: { id: origin.originGroupId },
          patternsToMatch: ["/*"],
          // Front Door redirects only what it accepts.
          supportedProtocols: [cdn.AFDEndpointProtocols.Http, cdn.AFDEndpointProtocols.Https],
          httpsRedirect: cdn.HttpsRedirect.Enabled,
          forwardingProtocol: cdn.ForwardingProtocol.HttpsOnly,
          linkToDefaultDomain: cdn.LinkToDefaultDomain.Disabled,
          enabledState: cdn.EnabledState.Enabled,
        },
        { parent: this, dependsOn: [frontDoor.endpoint, ...origin.ready, args.gatewayCertificate, ...(args.after?.[host] ?? [])] },
      );
      return { host, domain, route, record: { ...record, recordType: "CNAME", relativeRecordSetName: label, ttl: 3600 } };
    });

    const firewall = new cdn.SecurityPolicy(
      `${name}-firewall`,
      {
        resourceGroupName,
        profileName,
        securityPolicyName: "firewall",
        parameters: {
          type: "WebApplicationFirewall",
          wafPolicy: { id: frontDoor.firewallPolicyId },
          associations: [{ domains: [{ id: frontDoor.endpointId }, ...served.map(({ domain }) => ({ id: domain.id }))], patternsToMatch: ["/*"] }],
        },
      },
      { parent: this },
    );
    for (const { host, route, record } of served) {
      new dns.RecordSet(`${name}-${host}-alias`, { ...record, cnameRecord: { cname: frontDoor.endpointHostName } }, { parent: this, dependsOn: [route, firewall] });
    }

    this.hosts = args.hosts;
    this.registerOutputs({ hosts: this.hosts });
  }
}

/** The name of a host's resources in Front Door, where dots are not allowed. */
function resourceNameOf(host: string): string {
  return host.replaceAll(".", "-");
}

/** A host's name as a DNS zone lists it. */
function relativeTo(zone: string, host: string): string {
  return host.slice(0, -(zone.length + 1));
}

function afterProblems({ hosts, after = {} }: FrontDoorHostsArgs): Problem[] {
  return Object.keys(after)
    .filter((host) => !hosts.includes(host))
    .map((host) => ({ path: `after.${host}`, message: "is not a host that is served", allowed: "one of `hosts`" }));
}

function hostProblems(host: string, index: number, { hosts, dnsZone }: FrontDoorHostsArgs): Problem[] {
  const path = `hosts.${host}`;
  const allowed = `a name inside ${dnsZone.name}, as app.${dnsZone.name}`;
  if (host.includes("*")) return [{ path, message: "Front Door manages no certificate for a wildcard", given: host, allowed, fix: "List each host." }];
  if (host === dnsZone.name) return [{ path, message: "the zone's own name can't be a CNAME", given: host, allowed }];
  if (!host.endsWith(`.${dnsZone.name}`)) return [{ path, message: "is not in the DNS zone", given: host, allowed }];
  if (!relativeTo(dnsZone.name, host).split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    return [{ path, message: "is not a host name in lower case", given: host, allowed }];
  }
  if (resourceNameOf(host).length > 90) return [{ path, message: "is too long for the name of a route", given: host, allowed: "90 characters" }];
  const twin = hosts.slice(0, index).find((other) => resourceNameOf(other) === resourceNameOf(host));
  if (twin === host) return [{ path, message: "is listed twice", given: host }];
  if (twin !== undefined) return [{ path, message: `has the same name in Front Door as ${twin}: ${resourceNameOf(host)}`, given: host, fix: "Rename one of the two." }];
  return [];
}
