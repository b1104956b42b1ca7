import { availability } from "./availability";
import { change } from "./change";
import { delivery } from "./delivery";
import { encryption } from "./encryption";
import { identity } from "./identity";
import { mesh } from "./mesh";
import { network } from "./network";
import { Policy } from "./policy";

/** Every policy, by group. */
export const policies: readonly Policy[] = [...encryption, ...identity, ...network, ...mesh, ...availability, ...delivery, ...change];
