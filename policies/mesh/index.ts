import { Policy } from "../policy";
import { access } from "./access";
import { egress } from "./egress";
import { fromRules } from "./fromRules";
import { gateways } from "./gateways";
import { mutualTls } from "./mutualTls";
import { services } from "./services";

/** The mesh does what its objects say: every connection is mutual TLS, every caller is allowed by name, every route leads somewhere. */
export const mesh: readonly Policy[] = [...mutualTls, ...access, ...gateways, ...services, ...egress, ...fromRules];
