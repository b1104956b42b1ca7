import { Names } from "./names";

/** Where an environment lives in Azure, and what all of its resources have in common. Plain values, resolved once from the config. */
export interface AzureContext {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** The region, as `westeurope`. */
  readonly location: string;
  readonly names: Names;
  readonly tags: Readonly<Record<string, string>>;
  /** True where stateful resources must be unprotected by hand before they can be deleted or replaced. */
  readonly protect: boolean;
}
