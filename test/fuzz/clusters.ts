import * as fc from "fast-check";
import { RawConfig } from "../stacks/config/validConfig";
import { each, of, some } from "./texts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const vmSizes = ["Standard_D4ds_v5", "Standard_D8ds_v5", "Standard_E16bds_v5", "Standard_F8s_v2", "Standard_D4pds_v6", "Standard_M8-4ms"];

const pool = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.nat(6)).chain(([minCount, more]) =>
  some({
    vmSize: fc.constantFrom(...vmSizes),
    minCount: fc.constant(minCount),
    maxCount: fc.constant(minCount + 4 + more),
    maxPods: fc.integer({ min: 30, max: 250 }),
  }),
);

const taints = fc.uniqueArray(
  fc.tuple(of(`${lower}AZ09`, 1, 20), of(`${lower}AZ09-_./`, 0, 20), of(`${lower}AZ09`, 1, 20)).map(([first, more, value]) => `${first}${more}=${value}:PreferNoSchedule`),
  { maxLength: 2 },
);

const clock = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const offset = fc.tuple(fc.constantFrom("+", "-"), fc.nat(14), fc.nat(59)).map(([sign, ...parts]) => sign + parts.map((part) => String(part).padStart(2, "0")).join(":"));

const upgrades = some({
  channel: fc.constantFrom("patch", "stable", "node-image", "none"),
  nodeOsChannel: fc.constantFrom("NodeImage", "SecurityPatch", "Unmanaged", "None"),
  maxSurge: fc.tuple(fc.integer({ min: 1, max: 100 }), fc.constantFrom("", "%")).map((parts) => parts.join("")),
  window: some({ day: fc.constantFrom("Monday", "Saturday", "Sunday"), start: clock, utcOffset: offset, hours: fc.integer({ min: 4, max: 24 }) }),
});

const settings = some({
  kubernetesVersion: fc.constantFrom("1.33", "1.36"),
  tier: fc.constantFrom("Free", "Standard"),
  zones: fc.subarray(["1", "2", "3"]),
  pools: fc
    .tuple(some({ system: pool, user: pool, ingress: pool }), fc.uniqueArray(of(lower, 1, 12), { minLength: 3, maxLength: 3 }), fc.option(taints, { nil: undefined }), fc.boolean())
    .map(([pools, [system, user, ingress], taint, named]) => ({
      system: { ...pools.system, ...(named && { name: system }) },
      user: { ...pools.user, ...(named && { name: user }), ...(taint && { taints: taint }) },
      ingress: { ...pools.ingress, ...(named && { name: ingress }) },
    })),
  upgrades,
  encryptionAtHost: fc.boolean(),
});

const publicRange = fc.tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.nat(255), fc.constantFrom(16, 24)).map(([a, b, c, bits]) => (bits === 16 ? `${a}.${b}.0.0/16` : `${a}.${b}.${c}.0/24`));

const apiServer = fc.oneof(fc.constantFrom({}, { access: "private" }), each({ access: fc.constant("public"), authorizedIpRanges: fc.array(publicRange, { minLength: 1, maxLength: 5 }) }));

const network = fc
  .tuple(fc.uniqueArray(fc.nat(255), { minLength: 3, maxLength: 3 }), fc.integer({ min: 20, max: 23 }), fc.integer({ min: 24, max: 28 }), fc.integer({ min: 24, max: 28 }), fc.integer({ min: 14, max: 26 }), fc.nat())
  .map(([[space = 0, pods = 0, services = 0], nodes, link, endpoints, bits, address]) => ({
    addressSpace: `10.${space}.0.0/16`,
    subnets: { nodes: `10.${space}.0.0/${nodes}`, privateLink: `10.${space}.16.0/${link}`, privateEndpoints: `10.${space}.17.0/${endpoints}` },
    pods: `10.${pods}.0.0/16`,
    services: `10.${services}.0.0/${Math.max(bits, 16)}`,
    dnsServiceIp: `10.${services}.0.${2 + (address % 62)}`,
  }));

/** The sections `cluster` and `network`, for the subscription of the network that a private API server is reached from. */
export const clusters: fc.Arbitrary<(subscriptionId: string) => RawConfig> = fc
  .tuple(settings, apiServer, fc.oneof(fc.constant({}), network), some({ natAddresses: fc.integer({ min: 1, max: 8 }) }), fc.boolean())
  .map(([cluster, access, ranges, nat, peered]) => (subscriptionId) => {
    const runner = { runnerVirtualNetworkId: `/subscriptions/${subscriptionId}/resourceGroups/rg-(runners)/providers/Microsoft.Network/virtualNetworks/vnet-runners.${nat.natAddresses ?? 0}` };
    const isPublic = "access" in access && access.access === "public";
    return { cluster: { ...cluster, apiServer: access }, network: { ...ranges, ...nat, ...((peered || !isPublic) && runner) } };
  });
