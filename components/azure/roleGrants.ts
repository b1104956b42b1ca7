import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import * as time from "@pulumiverse/time";
import { v5 as uuid } from "uuid";
import { AzureContext } from "../shared/azureContext";
import { BuiltInRole, builtInRoles, roleDefinitionId } from "../shared/roles";

/** One role on one scope. */
export interface RoleGrant {
  readonly role: BuiltInRole;
  /** The resource id that the role holds for, with everything below it. */
  readonly scope: pulumi.Input<string>;
}

/** Arguments of `RoleGrants`. */
export interface RoleGrantsArgs {
  readonly context: AzureContext;
  /** The object id of who gets the roles. */
  readonly principalId: pulumi.Input<string>;
  /**
   * What the principal is. A managed identity of this program needs `ServicePrincipal`: Azure then does not look for it in Entra ID, where
   * it may not have arrived (`PrincipalNotFound`). Default: Azure looks it up, which suits a person, group or pipeline that exists already.
   */
  readonly principalType?: "ServicePrincipal" | "User" | "Group";
  /** The roles by a key of your own that names the resource and stays the same. */
  readonly grants: Readonly<Record<string, RoleGrant>>;
  /**
   * How long to wait after the last grant, in seconds. Default: 300. Azure mostly takes one to five minutes to spread a grant and gives no
   * sign when it has; it states up to ten.
   */
  readonly spreadSeconds?: number;
}

// Any fixed UUID will do; a change of it would replace every assignment.
const assignmentNamespace = "3f0d1e0a-6c7b-4c53-9d0e-5a2b8f6f9c11";

/**
 * Grants built-in roles to one principal and waits for them to spread. What uses a role must depend on `ready`, not on the assignment.
 * An assignment's name is derived from scope, principal and role, so that it is the same in every run and for every program: Azure refuses
 * a second assignment of the same three under another name (`RoleAssignmentExists`).
 *
 * @example
 * const grants = new RoleGrants("pull", {
 *   context, principalId: identity.principalId, principalType: "ServicePrincipal", grants: { registry: { role: "AcrPull", scope: registryId } },
 * });
 * new Something("…", { … }, { dependsOn: grants.ready });
 * @source https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
 */
export class RoleGrants extends pulumi.ComponentResource {
  /** The wait after the grants. It is done again when one of them is made anew. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: RoleGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:azure:RoleGrants", name, {}, opts);
    const { context, principalId, principalType, grants, spreadSeconds = 300 } = args;

    const assignments = Object.entries(grants).map(([key, { role, scope }]) => {
      const assignment = new authorization.RoleAssignment(
        `${name}-${key}`,
        {
          roleAssignmentName: assignmentName(scope, principalId, role),
          principalId,
          // The SDK takes what is left out for a person (`User`), and Azure then refuses a pipeline or group. An output is passed on as it
          // is, so that nothing stays nothing.
          principalType: pulumi.output(principalType),
          roleDefinitionId: roleDefinitionId(context.subscriptionId, role),
          scope,
        },
        { parent: this },
      );
      return [key, assignment.id] as const;
    });
    this.ready = new time.Sleep(`${name}-spread`, { createDuration: `${spreadSeconds}s`, triggers: Object.fromEntries(assignments) }, { parent: this });

    this.registerOutputs({});
  }
}

function assignmentName(scope: pulumi.Input<string>, principalId: pulumi.Input<string>, role: BuiltInRole): pulumi.Output<string> {
  // Services write the same id in different cases.
  return pulumi.all([scope, principalId]).apply((parts) => uuid([...parts, builtInRoles[role]].join("|").toLowerCase(), assignmentNamespace));
}
