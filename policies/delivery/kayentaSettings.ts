import { parseAllDocuments } from "yaml";
import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord, merge } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { PolicyResource, PolicyStack } from "../policy";

/** A file of settings that Kayenta reads. */
export interface Settings {
  readonly holder: PolicyResource;
  readonly settings: Reading;
}

const holderTypes = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"];

/** Kayenta's settings, in whatever ConfigMap or Secret they are. */
export function kayentaSettings(stack: PolicyStack): Settings[] {
  return stack.ofType(...holderTypes).flatMap((holder) =>
    filesOf(holder)
      .filter(([file]) => /^kayenta(-\w+)?\.ya?ml$/.test(file))
      .map(([, text]) => ({ holder, settings: new Reading(parsed(text)) })),
  );
}

/** Whether a ConfigMap or a Secret beside Kayenta's settings has an address in it, or was made from what has it. */
export function kayentaNames(address: string | undefined, owner: PolicyResource, stack: PolicyStack): boolean {
  const namespaces = kayentaSettings(stack).map(({ holder }) => namespaceOf(holder));
  const near = stack.ofType(...holderTypes).filter((holder) => namespaces.includes(namespaceOf(holder)));
  return near.some((holder) => holder.dependencies.includes(owner.urn) || filesOf(holder).some(([, text]) => address !== undefined && text.includes(address)));
}

/** The files of a ConfigMap, or of a Secret, which keeps those under `data` in base64. */
function filesOf(holder: PolicyResource): [name: string, text: string][] {
  const encoded = holder.type.endsWith(":Secret");
  const data = Object.entries(holder.map("data")).map(([name, text]): [string, string] => [name, encoded ? Buffer.from(text, "base64").toString() : text]);
  return [...data, ...Object.entries(holder.map("stringData"))];
}

/** The settings in a file, of whose parts a later one goes before an earlier; those for a profile are left out. */
function parsed(text: string): unknown {
  const parts = parseAllDocuments(text).map((document) => (document.errors.length === 0 ? (document.toJS() as unknown) : undefined));
  return parts.filter((part) => isRecord(part) && !new Reading(part).has("spring.config.activate.on-profile")).reduce((whole, part) => merge(whole, part), {});
}
