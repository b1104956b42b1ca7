/**
 * The program of the registry purge, for the shell of Azure's CLI image. It reads which registry from REGISTRY, and from the file RULES one
 * rule a line: how many tags to keep, a space, a pattern for the repository's name. It ends with an error when anything failed, having
 * done the rest.
 *
 * It takes off tags and leaves the images to the registry's retention of untagged ones: to delete an image by one of its tags would also
 * delete the newer tags that name the same image. Tags that are locked against deletion are left out and not counted.
 * https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy
 */
export const purgeScript = `set -euf

token=$(cat "$AZURE_FEDERATED_TOKEN_FILE")
az login --service-principal --username "$AZURE_CLIENT_ID" --tenant "$AZURE_TENANT_ID" --federated-token "$token" --output none

# How many tags of a repository to keep: the most that a rule for it says, 0 when none is for it.
keep_of() {
  most=0
  while read -r keep pattern; do
    case "$1" in
      $pattern) [ "$keep" -le "$most" ] || most=$keep ;;
    esac
  done < "$RULES"
  echo "$most"
}

repositories=$(az acr repository list --name "$REGISTRY" --output tsv)
failed=0
for repository in $repositories; do
  keep=$(keep_of "$repository")
  [ "$keep" -gt 0 ] || continue
  if ! tags=$(az acr repository show-tags --name "$REGISTRY" --repository "$repository" --detail --orderby time_desc \\
    --query "[?changeableAttributes.deleteEnabled].name" --output tsv); then
    echo "could not list the tags of $repository" >&2
    failed=1
    continue
  fi
  for tag in $(echo "$tags" | tail -n "+$((keep + 1))"); do
    if az acr repository untag --name "$REGISTRY" --image "$repository:$tag" --output none; then
      echo "removed $repository:$tag"
    else
      echo "could not remove $repository:$tag" >&2
      failed=1
    fi
  done
done
exit "$failed"
`;
