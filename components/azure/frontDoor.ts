import * as cdn from "@pulumi/azure-native/cdn";
import * as frontdoor from "@pulumi/azure-native/frontdoor";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { diagnose } from "./diagnose";

/** Arguments of `FrontDoor`. */
export interface FrontDoorArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** Where the access, probe and firewall logs go. */
  readonly workspaceId: pulumi.Input<string>;
  readonly firewall: {
    /** `Prevention` blocks; `Detection` only writes to the log. */
    readonly mode: "Prevention" | "Detection";
    /** Requests a minute from one client address before it is blocked for the rest of that minute. Front Door counts in each of its places. */
    readonly rateLimitPerMinute: number;
  };
  /** How long an origin may take to answer, in seconds: 16 to 240. */
  readonly responseTimeoutSeconds: number;
}

/**
 * The way in from the internet: a Premium Front Door with one endpoint and a web application firewall. It waits for nothing of the cluster;
 * `FrontDoorOrigin` leads to the gateway, `FrontDoorHosts` gives it host names.
 *
 * @example
 * const frontDoor = new FrontDoor("front-door", {
 *   context, resourceGroupName, workspaceId, firewall: { mode: "Prevention", rateLimitPerMinute: 1000 }, responseTimeoutSeconds: 60,
 * });
 * @throws ArgumentError when the time or the rate is not one that Azure takes.
 * @source https://learn.microsoft.com/azure/frontdoor/front-door-overview
 */
export class FrontDoor extends pulumi.ComponentResource {
  readonly profileId: pulumi.Output<string>;
  readonly profileName: string;
  /** What Front Door writes into the header `X-Azure-FDID` of every request. */
  readonly frontDoorId: pulumi.Output<string>;
  readonly endpointId: pulumi.Output<string>;
  readonly endpointName: string;
  /** The name that a host's CNAME points to. */
  readonly endpointHostName: pulumi.Output<string>;
  readonly firewallPolicyId: pulumi.Output<string>;
  /** What must be there before something is made in the profile by its plain name. */
  readonly profile: pulumi.Resource;
  /** What must be there before something is made in the endpoint by its plain name. */
  readonly endpoint: pulumi.Resource;

  constructor(name: string, args: FrontDoorArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, argumentProblems(args));
    super("delivery-platform:azure:FrontDoor", name, {}, opts);
    const { context, resourceGroupName } = args;
    const profileName = context.names.of("frontDoorProfile");
    const endpointName = context.names.of("frontDoorEndpoint");
    const everywhere = { resourceGroupName, location: "Global", tags: context.tags };

    const profile = new cdn.Profile(
      `${name}-profile`,
      { ...everywhere, profileName, sku: { name: cdn.SkuName.Premium_AzureFrontDoor }, originResponseTimeoutSeconds: args.responseTimeoutSeconds },
      { parent: this },
    );
    const endpoint = new cdn.AFDEndpoint(
      `${name}-endpoint`,
      { ...everywhere, profileName: nameWith(profile, profileName), endpointName, enabledState: cdn.EnabledState.Enabled },
      { parent: this, dependsOn: [profile] },
    );
    const firewall = new frontdoor.Policy(
      `${name}-firewall`,
      {
        ...everywhere,
        policyName: context.names.of("frontDoorFirewall"),
        // A policy serves only profiles of its own tier; the managed rules need Premium.
        sku: { name: frontdoor.SkuName.Premium_AzureFrontDoor },
        policySettings: {
          enabledState: frontdoor.PolicyEnabledState.Enabled,
          mode: args.firewall.mode,
          requestBodyCheck: frontdoor.PolicyRequestBodyCheck.Enabled,
        },
        managedRules: {
          managedRuleSets: [
            // From version 2.0 on the rules add up a score, and Block is the only action of the set.
            // https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs
            { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1", ruleSetAction: frontdoor.ManagedRuleSetActionType.Block },
            { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" },
          ],
        },
        customRules: { rules: [rateLimit(args.firewall.rateLimitPerMinute)] },
      },
      { parent: this },
    );
    diagnose(
      `${name}-logs`,
      {
        target: profile.id,
        workspaceId: args.workspaceId,
        logs: { categories: ["FrontDoorAccessLog", "FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"] },
        metrics: true,
      },
      { parent: this },
    );

    this.profileId = profile.id;
    this.profileName = profileName;
    this.frontDoorId = profile.frontDoorId;
    this.endpointId = endpoint.id;
    this.endpointName = endpointName;
    this.endpointHostName = endpoint.hostName;
    this.firewallPolicyId = firewall.id;
    this.profile = profile;
    this.endpoint = endpoint;
    this.registerOutputs({
      profileId: this.profileId,
      profileName: this.profileName,
      frontDoorId: this.frontDoorId,
      endpointId: this.endpointId,
      endpointName: this.endpointName,
      endpointHostName: this.endpointHostName,
      firewallPolicyId: this.firewallPolicyId,
    });
  }
}

function rateLimit(threshold: number): inputs.frontdoor.CustomRuleArgs {
  return {
    name: "RateLimitPerClient",
    priority: 100,
    ruleType: frontdoor.RuleType.RateLimitRule,
    action: frontdoor.ActionType.Block,
    rateLimitDurationInMinutes: 1,
    rateLimitThreshold: threshold,
    // A rule must have a condition, and every request has a Host header that is not empty.
    // https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-rate-limit
    matchConditions: [{ matchVariable: frontdoor.MatchVariable.RequestHeader, selector: "Host", operator: frontdoor.Operator.GreaterThan, matchValue: ["0"] }],
  };
}

function argumentProblems({ firewall, responseTimeoutSeconds }: FrontDoorArgs): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(responseTimeoutSeconds) || responseTimeoutSeconds < 16 || responseTimeoutSeconds > 240) {
    problems.push({ path: "responseTimeoutSeconds", message: "Front Door does not wait this long", given: String(responseTimeoutSeconds), allowed: "16 to 240 seconds" });
  }
  if (!Number.isInteger(firewall.rateLimitPerMinute) || firewall.rateLimitPerMinute < 1) {
    problems.push({ path: "firewall.rateLimitPerMinute", message: "is not a number of requests", given: String(firewall.rateLimitPerMinute), allowed: "a whole number above 0" });
  }
  return problems;
}
