/** A config as a stack's file holds it: any part can be changed or taken away. */
export interface RawConfig {
  [key: string]: unknown;
}

/** A small config that every rule allows. */
export function validConfig(): RawConfig {
  return {
    environment: "dev",
    azure: {
      tenantId: "11111111-1111-4111-8111-111111111111",
      subscriptionId: "22222222-2222-4222-8222-222222222222",
      location: "westeurope",
      workload: "acme",
    },
    access: { deployers: ["33333333-3333-4333-8333-333333333333"] },
    cluster: { apiServer: { access: "public", authorizedIpRanges: ["203.0.113.0/24"] } },
    certificates: { email: "platform@example.com" },
    dns: { zone: "dev.example.com", resourceGroup: "dns" },
    domain: "dev.example.com",
    hosts: { "echo.dev.example.com": {} },
    echo: { hosts: ["echo.dev.example.com"] },
  };
}

/**
 * The config with some values put in place of others: keys are paths, as `cluster.zones`; a value of undefined takes the key away.
 * A key with dots in its name is given as part of its parent's value.
 */
export function changed(config: RawConfig, changes: Readonly<Record<string, unknown>>): RawConfig {
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let place = config;
    for (const name of names) place = (place[name] ??= {}) as RawConfig;
    if (value === undefined) Reflect.deleteProperty(place, last);
    else place[last] = value;
  }
  return config;
}
