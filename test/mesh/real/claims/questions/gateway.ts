import * as tls from "node:tls";
import { Answer, Question } from "../claim";
import { World } from "../world";
import { http, Sent } from "./http";

/** A request as Front Door brings it to the gateway, or somebody in its place. */
export interface Incoming {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: true; otherwise it lacks the header of this Front Door. */
  readonly throughFrontDoor?: boolean;
}

/** A request by HTTPS to the gateway's pod, with the handshake that Front Door makes; the gateway's certificate is verified. */
export function throughGateway(world: World, { host, path, method = "GET", headers, throughFrontDoor = true }: Incoming): Sent {
  const { frontDoorId, originHost } = world.facts;
  return {
    from: "internet",
    url: `https://${host}${path}`,
    method,
    headers: { host, ...(throughFrontDoor && { "x-azure-fdid": frontDoorId }), ...headers },
    to: { host: world.place("istio-ingress-0").address, port: 443 },
    tls: { ca: world.authority.certificate, servername: originHost },
  };
}

/** The same as a question. */
export function incoming(request: Incoming): Question {
  const { method = "GET", host, path, headers = {}, throughFrontDoor = true } = request;
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [`${throughFrontDoor ? "Front Door" : "somebody else"} → gateway: ${method} https://${host}${path}`, ...told].join(", ");
  return http(text, (world) => throughGateway(world, request));
}

/** A TLS handshake with the gateway for a name, by some version at most: `version` where it comes about, and `handshake`. */
export function handshake(servername: string, maxVersion: tls.SecureVersion = "TLSv1.3"): Question {
  return {
    text: `internet → gateway: TLS handshake for ${servername}, ${maxVersion} at most`,
    ask: async (world): Promise<Answer> => {
      const socket = await world.place("internet").connect(world.place("istio-ingress-0").address, 443);
      return new Promise((resolve) => {
        // Node's own OpenSSL speaks old versions at its lowest level of security alone.
        const session = tls.connect({ socket, servername, minVersion: "TLSv1", maxVersion, ciphers: "DEFAULT:@SECLEVEL=0", rejectUnauthorized: false });
        const end = (answer: Answer): void => {
          resolve(answer);
          socket.destroy();
        };
        session.once("secureConnect", () => end({ handshake: "made", version: session.getProtocol() ?? "" }));
        session.once("error", () => end({ handshake: "refused" }));
        session.once("close", () => end({ handshake: "refused" }));
      });
    },
  };
}
