import * as pulumi from "@pulumi/pulumi";
import { PlatformReference } from "azure-delivery-platform/reference";
import { ordersApp } from "./app";
import { teamsIdentity, verification } from "./azure";

/** A team's program that takes all that there is of a platform: cluster, registry, DNS zone, issuer of identities, hosts. */
export = async () => {
  const config = new pulumi.Config();
  const platform = await PlatformReference.load("platform", { stack: config.require("platform") });

  const identity = teamsIdentity(platform.outputs, config.require("subscriptionId"));
  const record = verification(platform.outputs, config.require("partnerToken"));
  const app = ordersApp(platform, { image: config.require("image"), identity });

  return { address: app.address, hosts: app.hosts, identityClientId: identity.clientId, verificationName: record.fqdn };
};
