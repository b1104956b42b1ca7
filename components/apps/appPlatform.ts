import * as pulumi from "@pulumi/pulumi";
import { GatewayReference } from "../mesh/access";
import { TokenIssuer } from "../mesh/requireSignIn";
import { ClusterTarget } from "../shared/cluster";
import { ImageSource } from "../shared/images";

/** A host that the platform serves, as its config lists it. */
export interface PlatformHost {
  /** True where the platform asks for a sign-in before it lets a request in. */
  readonly signIn: boolean;
  /** Which of the platform's own apps answers there, as `the echo server`; left out where a team's app may. */
  readonly usedBy?: string;
}

/**
 * What an app needs of the platform that it runs on. The platform's own program makes it of its components, another project of the
 * platform's outputs; an app is the same in both.
 *
 * What decides which objects an app has is plain, so that a preview is complete.
 */
export interface AppPlatform {
  readonly cluster: ClusterTarget;
  /** The environment's name. In `prod` nothing may break requests on purpose. */
  readonly environment: string;
  /** Where the images of the platform's own parts come from. */
  readonly images: ImageSource;
  /** The address of the platform's registry, for images of the team's own: `cracmedev1a2b3c.azurecr.io`. */
  readonly registryLoginServer: string;
  /** The issuer of the service accounts' tokens: what a federated credential trusts. */
  readonly oidcIssuerUrl: pulumi.Input<string>;
  readonly gateway: GatewayReference;
  /** How long Front Door waits for an answer, in seconds. Default: 60, as the platform's own. */
  readonly responseTimeoutSeconds?: number;
  /** The hosts that the platform serves, by name. */
  readonly hosts: Readonly<Record<string, PlatformHost>>;
  /** The tokens of the platform's sign-in; none where no host asks for it. */
  readonly signInTokens?: TokenIssuer;
  /** Namespaces whose pods have no certificate of the mesh: nothing in them can be a caller. */
  readonly outsideMesh: readonly string[];
  /** Namespaces that the platform makes for callers without a certificate, its config's `mesh.exceptions`: none of them can be a team's own. */
  readonly exceptionNamespaces: readonly string[];
  /** What must be there before an app: the mesh and the gateway's namespace. Nothing in a project of its own, which comes after the platform. */
  readonly ready: readonly pulumi.Resource[];
}
