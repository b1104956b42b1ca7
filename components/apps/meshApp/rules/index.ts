import { ArgumentRule } from "../../../shared/argumentRule";
import { MeshAppSettings } from "../settings";
import { callerRules } from "./callers";
import { hostRules } from "./hosts";
import { identityRules } from "./identity";
import { nameRules } from "./names";
import { portRules } from "./ports";
import { tokenRules } from "./tokens";
import { versionRules } from "./versions";

/** What `MeshApp` refuses of its arguments, but for those about traffic. */
export const appRules: readonly ArgumentRule<MeshAppSettings>[] = [...nameRules, ...portRules, ...versionRules, ...hostRules, ...callerRules, ...tokenRules, ...identityRules];
