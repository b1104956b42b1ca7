import * as assert from "node:assert/strict";
import { encryption } from "../../policies/encryption";
import { Plan } from "../../simulator/engine/plan";
import { rerunWith, withAdded, withChange } from "../support/changePlan";
import { found, PolicyRow, testPolicies } from "./rows";

const registry = "azure-native:containerregistry:Registry";
const vault = "azure-native:keyvault:Vault";
const storage = { type: "azure-native:storage:StorageAccount", name: "storage" };
const key = { type: "azure-native:keyvault:Key", name: "keys-storage" };
const cluster = "azure-native:containerservice:ManagedCluster";
const domain = { type: "azure-native:cdn:AFDCustomDomain", name: "hosts-echo.prod.example.com-domain" };
const route = { type: "azure-native:cdn:Route", name: "hosts-echo.prod.example.com-route" };
const claim = "kubernetes:core/v1:PersistentVolumeClaim";
const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";

/** Storage's key, rotated a month before its versions expire. */
const rotatedBefore = (plan: Plan, expiryTime: string): Plan => withChange(plan, key, "properties.rotationPolicy", { attributes: { expiryTime }, lifetimeActions: [{ action: { type: "rotate" }, trigger: { timeBeforeExpiry: "P30D" } }] });

const rows: readonly PolicyRow[] = [
  { policy: "registry-customer-key", at: "registry", fails: (plan) => withChange(plan, registry, "encryption", undefined) },
  { policy: "registry-customer-key", at: "registry", fails: (plan) => withChange(plan, registry, "encryption.status", "disabled") },
  { policy: "storage-customer-key", at: "storage", fails: (plan) => withChange(plan, storage, "encryption.keySource", "Microsoft.Storage"), passes: (plan) => withChange(plan, storage, "encryption.keySource", "Microsoft.KeyVault") },
  { policy: "storage-customer-key", at: "storage", fails: (plan) => withChange(plan, storage, "encryption", undefined) },
  { policy: "storage-minimum-tls", at: "storage", fails: (plan) => withChange(plan, storage, "minimumTlsVersion", undefined), passes: (plan) => withChange(plan, storage, "minimumTlsVersion", "TLS1_3") },
  { policy: "storage-https-only", at: "storage", fails: (plan) => withChange(plan, storage, "enableHttpsTrafficOnly", false), passes: (plan) => withChange(plan, storage, "enableHttpsTrafficOnly", undefined) },
  { policy: "vault-purge-protection", at: "keys", fails: (plan) => withChange(plan, vault, "properties.enablePurgeProtection", undefined) },
  { policy: "vault-role-based-access", at: "keys", fails: (plan) => withChange(plan, vault, "properties.enableRbacAuthorization", undefined) },
  { policy: "key-rotation-policy", at: "keys-storage", fails: (plan) => withChange(plan, key, "properties.rotationPolicy", undefined), also: ["key-expiry"] },
  { policy: "key-rotation-policy", at: "keys-storage", fails: (plan) => withChange(plan, key, "properties.rotationPolicy.lifetimeActions.0", undefined) },
  { policy: "key-rotation-policy", at: "keys-storage", fails: (plan) => withChange(plan, key, "properties.rotationPolicy.lifetimeActions.0.trigger.timeAfterCreate", "P18M") },
  { policy: "key-rotation-policy", at: "keys-storage", fails: (plan) => rotatedBefore(plan, "P10Y"), passes: (plan) => rotatedBefore(plan, "P12M") },
  { policy: "key-expiry", at: "keys-storage", fails: (plan) => withChange(plan, key, "properties.rotationPolicy.attributes", undefined) },
  { policy: "key-length", at: "keys-storage", fails: (plan) => withChange(plan, key, "properties.keySize", undefined), passes: (plan) => withChange(plan, key, "properties.keySize", 3072) },
  { policy: "key-length", at: "keys-storage", fails: (plan) => withChange(withChange(plan, key, "properties.keySize", 2048), key, "properties.kty", "RSA"), passes: (plan) => withChange(withChange(plan, key, "properties.keySize", 256), key, "properties.kty", "EC") },
  { policy: "disk-customer-key", at: "kept", fails: (plan) => withAdded(plan, "azure-native:compute:Snapshot", "kept", {}), passes: (plan) => withAdded(plan, "azure-native:compute:Snapshot", "kept", { encryption: { diskEncryptionSetId: "/…/des" } }) },
  { policy: "disk-key-rotation", at: "disks", fails: (plan) => withChange(plan, "azure-native:compute:DiskEncryptionSet", "rotationToLatestKeyVersionEnabled", false) },
  {
    policy: "disk-customer-key",
    at: "archive",
    fails: (plan) => withAdded(plan, "azure-native:compute:Disk", "archive", { diskSizeGB: 64 }),
    passes: (plan) => withAdded(plan, "azure-native:compute:Disk", "archive", { diskSizeGB: 64, encryption: { diskEncryptionSetId: "/…/des" } }),
  },
  { policy: "cluster-customer-key", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "diskEncryptionSetID", undefined) },
  { policy: "node-encryption-at-host", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "agentPoolProfiles.0.enableEncryptionAtHost", false) },
  { policy: "node-encryption-at-host", at: "aks-user", fails: (plan) => withChange(plan, { type: "azure-native:containerservice:AgentPool", name: "aks-user" }, "enableEncryptionAtHost", undefined) },
  { policy: "storage-class-customer-key", at: "shared", fails: (plan) => withAdded(plan, storageClass, "shared", { provisioner: "blob.csi.azure.com" }), passes: (plan) => withAdded(plan, storageClass, "shared", { provisioner: "disk.csi.azure.com" }) },
  {
    policy: "storage-class-customer-key",
    at: "shared",
    fails: (plan) => withAdded(plan, storageClass, "shared", { provisioner: "file.csi.azure.com" }),
    passes: (plan) => withAdded(plan, storageClass, "shared", { provisioner: "file.csi.azure.com", parameters: { storageAccount: "ours" } }),
  },
  {
    policy: "volume-customer-key",
    at: "uploads",
    fails: (plan) => withAdded(plan, claim, "uploads", { spec: { storageClassName: "azurefile-csi" } }),
    passes: (plan) => withAdded(plan, claim, "uploads", { spec: { storageClassName: "managed-csi" } }),
  },
  {
    policy: "volume-customer-key",
    at: "store",
    fails: (plan) => withAdded(plan, "kubernetes:apps/v1:StatefulSet", "store", { spec: { volumeClaimTemplates: [{ spec: { storageClassName: "azureblob-fuse-premium" } }] } }),
    passes: (plan) => withAdded(plan, "kubernetes:apps/v1:StatefulSet", "store", { spec: { volumeClaimTemplates: [{ spec: {} }] } }),
  },
  { policy: "front-door-minimum-tls", at: domain.name, fails: (plan) => withChange(plan, domain, "tlsSettings.minimumTlsVersion", "TLS10"), passes: (plan) => withChange(plan, domain, "tlsSettings.minimumTlsVersion", "TLS13") },
  { policy: "origin-certificate-name", at: "origin-origin", fails: (plan) => withChange(plan, "azure-native:cdn:AFDOrigin", "enforceCertificateNameCheck", false) },
  { policy: "route-forwards-https", at: route.name, fails: (plan) => withChange(plan, route, "forwardingProtocol", undefined) },
  {
    policy: "gateway-minimum-tls",
    at: "ingress-https",
    fails: (plan) => withChange(plan, "kubernetes:networking.istio.io/v1:Gateway", "spec.servers.0.tls.minProtocolVersion", "TLSV1_1"),
    passes: (plan) => withChange(plan, "kubernetes:networking.istio.io/v1:Gateway", "spec.servers.0.tls.minProtocolVersion", "TLSV1_3"),
  },
];

describe("policies of encryption", function () {
  this.timeout(120_000);
  testPolicies(encryption, rows);

  it("find it in the program as well, when it is run anew", async () => {
    assert.deepEqual(found(await rerunWith("dev", "preview", "azure-native:storage:StorageAccount", ({ minimumTlsVersion, ...args }) => args), encryption, "dev"), ["storage-minimum-tls at kayenta-storage", "storage-minimum-tls at storage"]);
  });
});
