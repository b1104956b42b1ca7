import type { ICertificate, IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AppIdentity } from "../azure/appIdentity";
import { AzureContext } from "../shared/azureContext";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { explainFailure } from "../shared/explainFailure";
import { HelmRelease } from "../shared/helmRelease";
import { ImageSource } from "../shared/images";
import { azureResourceManagerHost, entraIdHost, hostOf } from "../shared/knownHosts";
import { createNamespace } from "../shared/namespace";
import { networkPolicy } from "../shared/networkPolicy";
import { anywhereOutside, apiServerTunnel, podsOf, prometheus } from "../shared/peers";
import { charts } from "../shared/versions";
import { certManager, certManagerDeclaration, CertManagerValues, certManagerValues } from "./certManagerChart";
import { WithInputs } from "./istioObject";

/** The directories of the authorities that certificates can come from. Nobody trusts those of `letsencrypt-staging`, which is for trials. */
const directories = {
  "letsencrypt": "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

/** Who issues the certificates. */
export type CertificateAuthority = keyof typeof directories;

/** Where a gateway takes its certificate from: a Secret in the namespace of its own pods, and only there. */
export interface GatewayCredential {
  readonly namespace: k8s.core.v1.Namespace;
  readonly credentialName: string;
}

/** Arguments of `Certificates`. */
export interface CertificatesArgs {
  readonly context: AzureContext;
  /** Where the identity is made that writes to the DNS zone. */
  readonly resourceGroupName: string;
  readonly cluster: ClusterTarget;
  /** The address of the cluster's OpenID Connect issuer, which vouches for its service accounts. */
  readonly oidcIssuerUrl: pulumi.Input<string>;
  readonly images: ImageSource;
  /** Default: `letsencrypt`. */
  readonly authority?: CertificateAuthority;
  /** The address of the account at the authority. Let's Encrypt refuses one of a domain that can have no mail, as `example.com`. */
  readonly email: string;
  /** The public DNS zone that holds `domain`. It exists and is delegated: the authority asks for records in it from the internet. */
  readonly dnsZone: { readonly name: string; readonly resourceGroup: string };
  /** The domain whose hosts the certificate is for, as `dev.example.com`: all that are one label below it. */
  readonly domain: string;
  readonly gateway: GatewayCredential;
}

/**
 * The certificate of the gateway, issued and renewed by cert-manager: a wildcard for the hosts of one domain. It proves that the domain is
 * ours by a record in the DNS zone, which it writes by workload identity; there is no password.
 *
 * The certificate is there when it is issued. A zone that its parent does not delegate is the usual reason why it is not, and the failure
 * says so.
 *
 * @example
 * const certificates = new Certificates("certificates", {
 *   context, resourceGroupName: "rg-acme-dev", cluster, oidcIssuerUrl: aks.oidcIssuerUrl, images: {}, email: "platform@acme.com",
 *   dnsZone: { name: "acme.com", resourceGroup: "dns" }, domain: "dev.acme.com", gateway,
 * });
 * @throws ArgumentError when the domain is not in the zone
 * @source https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
 */
export class Certificates extends pulumi.ComponentResource {
  /** The gateway's certificate; there when the gateway can speak TLS. */
  readonly certificate: k8s.apiextensions.CustomResource;
  /** The ClusterIssuer that other certificates in the zone may come from. */
  readonly issuerName: string;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, domainProblems(args));
    super("delivery-platform:mesh:Certificates", name, {}, opts);
    const { context, resourceGroupName, cluster, dnsZone, gateway, authority = "letsencrypt" } = args;
    this.issuerName = authority;

    const zoneId = `/subscriptions/${context.subscriptionId}/resourceGroups/${dnsZone.resourceGroup}/providers/Microsoft.Network/dnsZones/${dnsZone.name}`;
    const identity = new AppIdentity(
      name,
      {
        context,
        resourceGroupName,
        role: certManager.name,
        oidcIssuerUrl: args.oidcIssuerUrl,
        serviceAccount: { namespace: certManager.name, name: certManager.name },
        grants: { zone: { role: "DNS Zone Contributor", scope: zoneId } },
      },
      { parent: this },
    );

    const release = this.install(name, args, authority);
    const issuer = new k8s.apiextensions.CustomResource(
      `${name}-issuer`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "ClusterIssuer",
        metadata: { name: authority, annotations: waitUntilReady },
        spec: issuerSpec(args, authority, identity.clientId),
      },
      inCluster(this, cluster, {
        dependsOn: release,
        customTimeouts: { create: "5m", update: "5m" },
        ...explainFailure(`${name}-issuer-advice`, this, accountAdvice(args.email, authority)),
      }),
    );
    const certificateSpec: WithInputs<NonNullable<ICertificate["spec"]>> = {
      secretName: gateway.credentialName,
      dnsNames: [`*.${args.domain}`],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: authority },
      // With TLS 1.2, Front Door has no cipher suite for a key of another kind. https://learn.microsoft.com/azure/frontdoor/standard-premium/tls-policy
      privateKey: { algorithm: "RSA", size: 2048, rotationPolicy: "Always" },
    };
    this.certificate = new k8s.apiextensions.CustomResource(
      `${name}-gateway`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: gateway.credentialName, namespace: gateway.namespace.metadata.name, annotations: waitUntilReady },
        spec: certificateSpec,
      },
      inCluster(this, cluster, {
        // A first attempt that fails is followed by the next an hour later.
        dependsOn: [issuer, ...identity.ready],
        customTimeouts: { create: "20m", update: "20m" },
        ...explainFailure(`${name}-gateway-advice`, this, delegationAdvice(args)),
      }),
    );

    this.registerOutputs({ certificate: this.certificate, issuerName: this.issuerName });
  }

  /** cert-manager itself. It is not part of the mesh: the API server, which calls it, is not either, and name servers are asked over UDP. */
  private install(name: string, { cluster, images }: CertificatesArgs, authority: CertificateAuthority): HelmRelease<CertManagerValues> {
    const namespace = createNamespace(
      `${name}-namespace`,
      {
        namespace: certManager.name,
        outside: {
          hosts: [hostOf(directories[authority]), entraIdHost, azureResourceManagerHost],
          reason: "cert-manager talks to the API server; its controller to the authority, to Entra ID and to Azure DNS",
        },
      },
      inCluster(this, cluster),
    );
    const inNamespace = inCluster(this, cluster, { dependsOn: namespace });
    const policies = [
      networkPolicy(
        `${name}-name-servers`,
        {
          name: "name-servers",
          pods: { namespace: certManager.name, labels: certManager.controllerLabels },
          reason: "the controller asks the zone's own name servers whether its record has arrived, before the authority does",
          egress: [{ peer: anywhereOutside, ports: [53], protocols: ["UDP", "TCP"] }],
        },
        inNamespace,
      ),
      networkPolicy(
        `${name}-webhook`,
        {
          name: "webhook",
          pods: { namespace: certManager.name, labels: certManager.webhookLabels },
          reason: "the API server has issuers and certificates checked",
          ingress: [{ peer: podsOf(apiServerTunnel), ports: [certManager.webhookPort] }],
        },
        inNamespace,
      ),
      networkPolicy(
        `${name}-metrics`,
        {
          name: "metrics",
          pods: { namespace: certManager.name, labels: certManager.controllerLabels },
          reason: "Prometheus reads when certificates end",
          ingress: [{ peer: podsOf(prometheus), ports: [certManager.metricsPort] }],
        },
        inNamespace,
      ),
    ];
    return new HelmRelease<CertManagerValues>(
      `${name}-cert-manager`,
      {
        cluster,
        chart: charts.certManager,
        releaseName: certManager.name,
        namespace: namespace.metadata.name,
        values: certManagerValues(images),
        declares: certManagerDeclaration,
      },
      { parent: this, dependsOn: policies },
    );
  }
}

// https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumi-kubernetes-annotations
const waitUntilReady = { "pulumi.com/waitFor": "condition=Ready" };

function issuerSpec({ context, email, dnsZone }: CertificatesArgs, authority: CertificateAuthority, clientID: pulumi.Input<string>): WithInputs<IClusterIssuer["spec"]> {
  return {
    acme: {
      server: directories[authority],
      email,
      privateKeySecretRef: { name: `${authority}-account` },
      solvers: [
        {
          // A name outside the zone is refused at once, instead of tried.
          selector: { dnsZones: [dnsZone.name] },
          dns01: {
            azureDNS: {
              subscriptionID: context.subscriptionId,
              resourceGroupName: dnsZone.resourceGroup,
              hostedZoneName: dnsZone.name,
              environment: "AzurePublicCloud",
              managedIdentity: { clientID },
            },
          },
        },
      ],
    },
  };
}

function accountAdvice(email: string, authority: CertificateAuthority): string {
  return [
    `cert-manager has no account at ${directories[authority]} yet.`,
    `The authority refuses an address of a domain that can have no mail: is ${email} one that can? Otherwise the cluster may not reach it.`,
    `What it answered: kubectl describe clusterissuer ${authority}`,
  ].join("\n");
}

function delegationAdvice({ domain, dnsZone: { name: zone, resourceGroup } }: CertificatesArgs): string {
  return [
    `The certificate for *.${domain} was not issued. The usual reason is the delegation of the DNS zone ${zone}: the authority looks for`,
    `_acme-challenge.${domain} from the internet, and finds it only when the domain's registrar, or the zone above, names the zone's name servers.`,
    "These two must list the same:",
    `  az network dns zone show --resource-group ${resourceGroup} --name ${zone} --query nameServers --output tsv`,
    `  dig +short NS ${zone} @1.1.1.1`,
    `A CAA record of ${zone} or above must also allow letsencrypt.org to issue wildcards. What cert-manager waits for:`,
    "  kubectl describe certificate,certificaterequest,order,challenge --all-namespaces",
  ].join("\n");
}

function domainProblems({ domain, dnsZone }: CertificatesArgs): Problem[] {
  if (domain === dnsZone.name || domain.endsWith(`.${dnsZone.name}`)) return [];
  return [
    {
      path: "domain",
      message: "is not in the DNS zone that proves it",
      given: domain,
      allowed: `${dnsZone.name}, or a name that ends with .${dnsZone.name}`,
      fix: "Name the zone that holds the domain, or another domain.",
    },
  ];
}
