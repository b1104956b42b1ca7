import { MeshApp, RateLimit, RateLimitService } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/**
 * How often programs may ask: by the plan that a verified token names, for each caller, at the API's own proxies; and at the gateway how often
 * an address may write, before a token is looked at.
 */
export function limits({ platform }: Guestbook, api: MeshApp): void {
  const service = new RateLimitService("guestbook-limits", {
    platform,
    domains: {
      door: { writes: { path: { exact: "/messages" }, methods: ["POST"], per: "client-address", requests: 30, unit: "minute" } },
      plans: {
        api: {
          per: { claim: "sub" },
          plans: { from: { claim: "plan" }, values: { FREE: { requests: 10, unit: "minute" }, PREMIUM: { requests: 100, unit: "minute" } }, default: "FREE" },
        },
      },
    },
  });
  // While nobody counts, nobody writes; readers get through.
  new RateLimit("guestbook-door", { platform, service, domain: "door", hosts: api.hosts, failClosed: true });
  new RateLimit("guestbook-plans", { platform, service, domain: "plans", hosts: api.hosts, app: api.identity });
}
