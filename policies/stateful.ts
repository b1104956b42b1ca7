import { plainType } from "./seenAs";
import { types } from "./types";

/** A type whose resources hold what can't be made again. */
export interface Stateful {
  /** What is gone with it. */
  readonly lost: string;
  /** True where it must be protected in an environment that protects its state; the others go with one that is. */
  readonly protect: boolean;
}

const kept = (lost: string): Stateful => ({ lost, protect: true });
const dependent = (lost: string): Stateful => ({ lost, protect: false });

/** The types that hold state: whoever replaces or deletes one loses something. */
export const statefulTypes: Readonly<Record<string, Stateful>> = {
  "azure-native:resources:ResourceGroup": kept("everything in it"),
  [types.vault]: kept("its keys and secrets, and with them all that they encrypt"),
  [types.key]: kept("all that it encrypts"),
  "azure-native:keyvault:Secret": dependent("its value"),
  [types.registry]: kept("all images"),
  [types.storageAccount]: kept("all blobs, and the account's name"),
  [types.blobContainer]: kept("its blobs"),
  "azure-native:storage:FileShare": kept("its files"),
  [types.diskEncryptionSet]: kept("the encryption of the disks that use it, which then can't be attached"),
  "azure-native:compute:Disk": kept("its data"),
  "azure-native:compute:Snapshot": kept("its data"),
  [types.cluster]: kept("everything that runs in it, its volumes and its issuer of identities"),
  "azure-native:operationalinsights:Workspace": kept("the logs"),
  "azure-native:network:VirtualNetwork": dependent("the addresses of all that is in it"),
  "azure-native:dns:Zone": kept("its name servers, which the parent zone delegates to"),
  "azure-native:privatedns:PrivateZone": dependent("the names of private endpoints until they are written again"),
  "azure-native:cdn:Profile": dependent("the id that the gateway lets in, and the address of each of its endpoints"),
  "azure-native:cdn:AFDEndpoint": dependent("its address, which the hosts' records point to"),
  "azure-native:cdn:AFDCustomDomain": dependent("its certificate, for which ownership has to be shown again"),
  "azure-native:dbforpostgresql:Server": kept("its databases"),
  "azure-native:dbformysql:Server": kept("its databases"),
  "azure-native:sql:Database": kept("its data"),
  "azure-native:documentdb:DatabaseAccount": kept("its databases"),
  "azure-native:redisenterprise:RedisEnterprise": kept("its data"),
  // Encrypted resources reach their key as this principal, and a new one of the same name is another principal.
  "azure-native:managedidentity:UserAssignedIdentity": dependent("its principal, with each grant and each federated credential, and for what it encrypts the way to the key"),
  // A volume keeps the password that it was set up with.
  "random:index/randomPassword:RandomPassword": dependent("its value, which data set up with it goes on asking for"),
  "azuread:index/application:Application": dependent("its client id, which tokens are made for, and each consent to it"),
  [types.namespace]: dependent("all that is in it, volumes included"),
  "kubernetes:apps/v1:StatefulSet": dependent("its pods all at once, and its volumes where they are not retained"),
  "kubernetes:core/v1:PersistentVolumeClaim": dependent("its volume"),
  "kubernetes:core/v1:PersistentVolume": dependent("the way to its data"),
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": dependent("every object of its kind"),
};

/** What is lost with a resource, whatever API version it is of; nothing where it holds no state, as a patch of what somebody else makes. */
export function statefulness({ type, isPatch = false }: { readonly type: string; readonly isPatch?: boolean }): Stateful | undefined {
  return isPatch ? undefined : statefulTypes[plainType(type)];
}
