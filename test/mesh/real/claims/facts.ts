import type { KubeObject } from "../lab/kube";
import { named, partOf } from "./objects";

/** What requests must know of the platform, read from its own objects. */
export interface Facts {
  /** What Front Door sends in `X-Azure-FDID`. */
  readonly frontDoorId: string;
  /** The host that Front Door knows the gateway by: its TLS handshake names it. */
  readonly originHost: string;
  readonly tenant: string;
  /** The application that people sign in to. */
  readonly clientId: string;
}

/** Reads them. */
export function factsOf(objects: readonly KubeObject[]): Facts {
  const text = (object: string, ...path: readonly (string | number)[]): string => {
    const found = partOf(named(objects, object), path);
    if (typeof found !== "string") throw new Error(`${object} has no text at ${path.join(".")}.`);
    return found;
  };
  const tokens = ["spec", "jwtRules", 0] as const;
  const signIn = "RequestAuthentication echo/echo-sign-in";
  return {
    frontDoorId: text("AuthorizationPolicy istio-ingress/front-door-only", "spec", "rules", 0, "when", 0, "notValues", 0),
    originHost: text("VirtualService istio-ingress/probe", "spec", "hosts", 0),
    tenant: new URL(text(signIn, ...tokens, "issuer")).pathname.split("/")[1] ?? "",
    clientId: text(signIn, ...tokens, "audiences", 0),
  };
}
