import { PlanDiff, PropertyChange, ResourceChange } from "../../cli/diff/model";

/** A diff of a stack, by default without any change. */
export function diffOf(stack: string, some: Partial<PlanDiff> = {}): PlanDiff {
  const counted = (kind: ResourceChange["kind"]): number => (some.resources ?? []).filter((change) => change.kind === kind).length;
  return {
    project: "shop",
    stack,
    mode: "up",
    base: { ref: "main", commit: "0123456789abcdef0123456789abcdef01234567" },
    verdict: "none",
    summary: { create: counted("create"), update: counted("update"), replace: counted("replace"), delete: counted("delete"), rename: counted("rename"), stateful: (some.resources ?? []).filter(({ lost }) => lost !== undefined).length },
    resources: [],
    outputs: { added: [], changed: [], removed: [] },
    findings: { new: [], mended: [] },
    ...some,
  };
}

/** A changed resource, in a component of its own unless it is given one. */
export function changeOf(kind: ResourceChange["kind"], type: string, name: string, some: Partial<ResourceChange> = {}): ResourceChange {
  return { kind, urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, custom: true, component: [{ type: "shop:index:Shop", name: "shop" }], replaceReasons: [], properties: [], ...some };
}

export function propertyOf(path: string, before: unknown, after: unknown, some: Partial<PropertyChange> = {}): PropertyChange {
  return { path, kind: "change", before, after, secret: false, unknown: false, forcesReplacement: "no", ...some };
}

/** Text that would be markup, a mention, the end of a block or another text in disguise, if it were taken as it is. */
export const hostile = '</details></script><img src=x onerror=alert(1)> | `` ```` ``` @everyone #1 **bold** [a](https://example.com) <!-- \u202egnp\u202c\r"\'';

/** A diff of what has no base, of what is one object in the cluster under two names, and of an encrypted value of the config. */
export function diffOfTheUnusual(stack = "dev", text = "plain"): PlanDiff {
  const [map, urnOf] = ["kubernetes:core/v1:ConfigMap", (name: string): string => `urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::${name}`];
  const sameObject = (name: string) => ({ sameObject: { urn: urnOf(name), why: "what was just made is deleted again" } });
  return diffOf(stack, {
    base: { ref: "main", commit: "0123456789abcdef0123456789abcdef01234567", failure: `platform.region: unknown region\n${text}` },
    verdict: "changes",
    encryptedConfig: ["shop:token"],
    resources: [changeOf("create", map, "new-map", sameObject("old-map")), changeOf("delete", map, "old-map", sameObject("new-map"))],
  });
}

/** A dangerous diff with every kind of change, and hostile text wherever text can be. */
export function diffOfEverything(stack = "dev"): PlanDiff {
  const finding = { policy: "vault-public", urn: "urn:pulumi:dev::shop::azure-native:keyvault:Vault::vault", docs: "docs/policies/vault-public.md" };
  return diffOf(stack, {
    verdict: "dangerous",
    resources: [
      changeOf("replace", "azure-native:keyvault:Vault", "vault", {
        lost: "its keys and secrets, and with them all that they encrypt",
        replaceReasons: [{ path: "location", sure: true }],
        properties: [propertyOf("location", "westeurope", "northeurope", { forcesReplacement: "yes" }), propertyOf("tags.note", hostile, "plain")],
      }),
      changeOf("replace", "kubernetes:core/v1:Service", "gateway", { replaceReasons: [{ path: "options.replaceWith", sure: false, follows: "urn:pulumi:dev::shop::azure-native:keyvault:Vault::vault" }] }),
      changeOf("delete", "random:index/randomUuid:RandomUuid", hostile),
      changeOf("update", "kubernetes:core/v1:Secret", "password", { properties: [propertyOf("stringData.password", "[secret]", "[secret]", { secret: true })] }),
      changeOf("update", "kubernetes:apps/v1:Deployment", "front", {
        component: [{ type: "shop:index:Shop", name: "shop" }, { type: "shop:index:Front", name: "front-end" }],
        properties: [propertyOf("spec.replicas", 1, 2), propertyOf('metadata.labels["a|b`c"]', undefined, { tier: ["a", "b"] }, { kind: "add" }), propertyOf("spec.script", "one\ntwo\nthree", `one\n${hostile}\n\`\`\`\`\`\nthree`)],
      }),
      changeOf("update", "kubernetes:helm.sh/v3:Release", "redis", { yaml: [{ sign: "…", text: "" }, { sign: " ", text: "auth:" }, { sign: "-", text: "  enabled: false" }, { sign: "+", text: `  enabled: true # ${hostile}` }] }),
      changeOf("rename", "random:index/randomId:RandomId", "new-name", { urnBefore: "urn:pulumi:dev::shop::random:index/randomId:RandomId::old-name" }),
      changeOf("create", "azure-native:network:PublicIPAddress", "address", { component: [] }),
    ],
    outputs: { added: [{ name: "added", after: hostile, secret: false }], changed: [{ name: "changed", before: "[secret]", after: "[secret]", secret: true }], removed: [{ name: "removed", before: { a: 1 }, secret: false }] },
    findings: { new: [{ ...finding, level: "error", message: `The vault is public. ${hostile}` }, { ...finding, level: "info", message: "It has\ntwo lines.", docs: "https://example.com/rule" }], mended: [{ ...finding, level: "warning", message: "Mended." }] },
  });
}
