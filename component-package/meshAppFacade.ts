import * as pulumi from "@pulumi/pulumi";
import { MeshApp } from "../components/apps/meshApp";
import { PlatformReference } from "../stacks/reference";
import { byName, MeshAppFacadeArgs, readMeshAppArgs } from "./args/meshApp";

/** What `MeshAppFacade` gives: of `MeshApp` what can be written down. */
export type MeshAppFacadeOutputs = Pick<MeshApp, "address" | "hosts"> & { readonly identity: Omit<MeshApp["identity"], "ready"> };

/**
 * An app in the mesh, for programs in other languages than TypeScript: a `MeshApp` in a namespace of its own, on the platform whose stack is
 * named. Its arguments are those of `MeshApp` that can be written down. Each app reads the platform's outputs for itself.
 */
export class MeshAppFacade extends pulumi.ComponentResource {
  static readonly type = "delivery-platform:index:MeshApp";

  /**
   * Reads the platform's outputs, and makes the app.
   *
   * @throws ArgumentError where arguments are of another shape, before anything is registered; and where `MeshApp` refuses them, before any of its own
   * @throws RunError where the platform's outputs can't be had
   */
  static async construct(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions): Promise<pulumi.provider.ConstructResult> {
    const args = await readMeshAppArgs(name, inputs);
    const facade = new MeshAppFacade(MeshAppFacade.type, name, {}, options);
    return { urn: facade.urn, state: { ...(await facade.deploy(name, args)) } };
  }

  /** What is read comes before what is made of it, so that the app decides by plain values. */
  private async deploy(name: string, { platform: stack, routes, ...args }: MeshAppFacadeArgs): Promise<MeshAppFacadeOutputs> {
    const platform = await PlatformReference.load(`${name}-platform`, { stack }, { parent: this });
    const { address, hosts, identity } = new MeshApp(name, { ...args, ...(routes && { routes: byName(routes) }), platform: platform.app }, { parent: this });
    const { ready: _, ...identityOf } = identity;
    const outputs = { address, hosts, identity: identityOf };
    this.registerOutputs(outputs);
    return outputs;
  }
}
