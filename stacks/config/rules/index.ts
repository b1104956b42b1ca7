import { ConfigRule } from "../rule";
import { accessRules } from "./access";
import { apiServerRules } from "./apiServer";
import { canaryAnalysisRules } from "./canaryAnalysis";
import { capacityRules } from "./capacity";
import { certificateRules } from "./certificates";
import { encryptionRules } from "./encryption";
import { hostRules } from "./hosts";
import { imageRules } from "./images";
import { meshRules } from "./mesh";
import { nameRules } from "./names";
import { networkRules } from "./network";
import { observabilityRules } from "./observability";
import { poolRules } from "./pools";
import { rateLimitRules } from "./rateLimits";
import { regionRules } from "./regions";
import { registryRules } from "./registry";
import { serviceRules } from "./services";
import { signInRules } from "./signIn";
import { upgradeRules } from "./upgrades";

/** Every rule of the config, in the order in which problems are told. */
export const rules: readonly ConfigRule[] = [
  ...nameRules,
  ...regionRules,
  ...accessRules,
  ...networkRules,
  ...capacityRules,
  ...apiServerRules,
  ...poolRules,
  ...upgradeRules,
  ...encryptionRules,
  ...registryRules,
  ...imageRules,
  ...serviceRules,
  ...hostRules,
  ...signInRules,
  ...certificateRules,
  ...meshRules,
  ...canaryAnalysisRules,
  ...observabilityRules,
  ...rateLimitRules,
];
