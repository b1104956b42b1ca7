import { builtInRoles, BuiltInRole } from "../../components/shared/roles";
import { Resource } from "../resource";
import { sameText, World } from "../world";
import { refusal, Rule } from "./rule";

export const roleAssignment = "azure-native:authorization:RoleAssignment";
export const identityType = "azure-native:managedidentity:UserAssignedIdentity";

/** Tells whether something that a resource waits for gives a principal one of these roles on a scope, or above it. */
export function isGranted(world: World, resource: Resource, principalId: string, roles: readonly BuiltInRole[], scope: string): boolean {
  return grantsTo(world, resource, principalId, roles).some((grant) => isWithin(scope, grant.text("scope") ?? ""));
}

/** The grants of these roles to a principal among what a resource waits for. */
export function grantsTo(world: World, resource: Resource, principalId: string, roles: readonly BuiltInRole[]): Resource[] {
  return grantsOf(world, resource, roles).filter((grant) => grant.is("principalId", principalId));
}

/** The grants of these roles, to whomever, among what a resource waits for. */
export function grantsOf(world: World, resource: Resource, roles: readonly BuiltInRole[]): Resource[] {
  return world.neededBy(resource).filter((needed) => needed.type === roleAssignment && roles.some((role) => (needed.text("roleDefinitionId") ?? "").toLowerCase().endsWith(builtInRoles[role])));
}

/** Tells whether an id is a scope, or that of something inside it. */
export function isWithin(id: string, outer: string): boolean {
  return sameText(id, outer) || id.toLowerCase().startsWith(`${outer.toLowerCase()}/`);
}

export const grants: readonly Rule[] = [
  {
    id: "role-assignment-exists",
    types: [roleAssignment],
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    check(resource, world) {
      const parts = ["scope", "principalId", "roleDefinitionId"];
      if (parts.some((part) => resource.text(part) === undefined)) return undefined;
      const twin = world.where(roleAssignment, Object.fromEntries(parts.map((part) => [part, resource.text(part)])));
      return twin && refusal("RoleAssignmentExists", `The role assignment already exists: ${twin.name} grants the same role to the same principal on the same scope.`);
    },
  },
  {
    id: "role-assignment-principal-type",
    types: [roleAssignment],
    level: "warning",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails",
    check: (resource, world) =>
      resource.lacks("principalType") && world.where(identityType, { principalId: resource.text("principalId") }) !== undefined
        ? refusal("PrincipalNotFound", "Principal may not exist in the directory yet: give principalType, so that the assignment does not look it up there.")
        : undefined,
  },
  {
    id: "role-assignment-principal-mismatch",
    types: [roleAssignment],
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    check(resource, world) {
      const identity = world.where(identityType, { principalId: resource.text("principalId") });
      return identity !== undefined && resource.isNot("principalType", undefined, "ServicePrincipal")
        ? refusal("UnmatchedPrincipalType", `The PrincipalId of ${identity.name} has type 'ServicePrincipal', which is different from the specified '${resource.text("principalType")}'.`)
        : undefined;
    },
  },
];
