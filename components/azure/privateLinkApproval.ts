import * as pulumi from "@pulumi/pulumi";
import { refuseProblems } from "../shared/errors";
import { ApprovalRequest, approvePrivateLink } from "./approvePrivateLink";

/** Arguments of `PrivateLinkApproval`. */
export interface PrivateLinkApprovalArgs {
  /** The resource id of the private link service. */
  readonly privateLinkServiceId: pulumi.Input<string>;
  /**
   * The request message that the Front Door origin carries (`sharedPrivateLinkResource.requestMessage`), 1 to 140 characters. It decides
   * which connection is approved, so make it one that nobody can guess, as a `random.RandomUuid`.
   */
  readonly requestMessage: pulumi.Input<string>;
  /** The name of the Front Door origin; messages name it. */
  readonly originName: pulumi.Input<string>;
  /**
   * An access token for Azure Resource Manager, as `authorization.getClientTokenOutput` answers. It is kept secret, and a new one alone
   * changes nothing. Tokens live for about an hour: have it fetched after the origin, by the lookup's `dependsOn`.
   */
  readonly token: pulumi.Input<string>;
  /** What makes a new approval necessary when it changes: the ids of the origin and of the private link service's owner. */
  readonly triggers: pulumi.Input<pulumi.Input<string>[]>;
  /** How long to wait for the request to come and to be approved, in minutes. Default 30. */
  readonly timeoutMinutes?: number;
  /** Seconds between two looks at the service. Default 10. */
  readonly pollSeconds?: number;
  /** Seconds before the first retry of a call that failed; each further one waits twice as long. Default 1. */
  readonly retrySeconds?: number;
  /** The address of Azure Resource Manager. Default `https://management.azure.com`; a national cloud has its own. */
  readonly managementEndpoint?: string;
}

/** The inputs as the engine hands them to the provider. */
type Inputs = ApprovalRequest & { readonly triggers: readonly string[] };

/** What a resource's state keeps: what a later run compares, and the result. The token is not in it. */
interface State {
  readonly privateLinkServiceId: string;
  readonly requestMessage: string;
  readonly triggers: readonly string[];
  readonly connectionName: string;
}

async function approve(inputs: Inputs): Promise<State> {
  const { privateLinkServiceId, requestMessage, triggers } = inputs;
  return { privateLinkServiceId, requestMessage, triggers, connectionName: await approvePrivateLink(inputs) };
}

// The engine gets this object as text and runs it in a process of its own, so it refers to nothing but functions and plain values. It has no
// `delete`: the connection goes with the origin, and Front Door removes it.
const provider: pulumi.dynamic.ResourceProvider<Inputs, State> = {
  async create(inputs) {
    return { id: inputs.originName, outs: await approve(inputs) };
  },
  async update(_, __, news) {
    return { outs: await approve(news) };
  },
  async diff(_, olds, news) {
    const changes =
      olds.privateLinkServiceId !== news.privateLinkServiceId || olds.requestMessage !== news.requestMessage || JSON.stringify(olds.triggers) !== JSON.stringify(news.triggers);
    return { changes };
  },
};

/**
 * Approves the private endpoint connection by which a Front Door origin reaches a private link service, and waits until it is approved.
 * Front Door's endpoint lives in a subscription of Microsoft's, so auto-approval of one's own subscription does not cover it, and
 * auto-approval of all would let in anybody who learns the service's id.
 *
 * The approval is repeated, as an update, when `triggers`, the service or the message change. Deleting it does nothing. A preview calls nothing.
 *
 * @throws ArgumentError when a time is not positive or the endpoint is not an https address.
 * @example
 * const approval = new PrivateLinkApproval("gateway", {
 *   privateLinkServiceId, requestMessage: message.result, originName: "gateway",
 *   token: authorization.getClientTokenOutput({}, { dependsOn: [origin] }).token,
 *   triggers: [origin.id],
 * }, { dependsOn: [origin] });
 * @source https://learn.microsoft.com/azure/frontdoor/private-link
 */
export class PrivateLinkApproval extends pulumi.dynamic.Resource {
  /** The name that Front Door gave the approved connection. */
  declare readonly connectionName: pulumi.Output<string>;

  constructor(name: string, args: PrivateLinkApprovalArgs, opts?: pulumi.CustomResourceOptions) {
    const { timeoutMinutes = 30, pollSeconds = 10, retrySeconds = 1, managementEndpoint = "https://management.azure.com" } = args;
    refuseProblems(name, [
      ...Object.entries({ timeoutMinutes, pollSeconds, retrySeconds })
        .filter(([, value]) => !(value > 0))
        .map(([path, value]) => ({ path, message: "is not a time", given: String(value), allowed: "a number above 0" })),
      // http is for a stand-in on the same machine: the token goes over no wire in clear text.
      ...(/^(https:\/\/[\w.-]+|http:\/\/127\.0\.0\.1)(:\d+)?$/.test(managementEndpoint)
        ? []
        : [{ path: "managementEndpoint", message: "is not where a token may be sent", given: managementEndpoint, allowed: "an https address without a path or a slash at the end" }]),
    ]);
    const { privateLinkServiceId, requestMessage, originName, token, triggers } = args;
    super(
      provider,
      name,
      { privateLinkServiceId, requestMessage, originName, token: pulumi.secret(token), triggers, timeoutMinutes, pollSeconds, retrySeconds, managementEndpoint, connectionName: undefined },
      opts,
      "deliveryPlatform",
      "PrivateLinkApproval",
    );
  }
}
