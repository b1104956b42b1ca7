import { X509Certificate } from "node:crypto";
import * as https from "node:https";
import * as tls from "node:tls";
import { KubeObject, until } from "../../lab/lab";
import { Answer, Question } from "../claim";
import { certificateSecret, World } from "../world";

const host = "echo.dev.example.com";

/** Whether the gateway shows the certificate of its Secret: `served`, and `verified` by the authority that issued it. */
export function servedCertificate(): Question {
  return {
    text: "internet → gateway: TLS handshake; the serial number of its certificate and of the Secret's",
    ask: async (world) => {
      const session = await handshake(world);
      const serial = session.getPeerX509Certificate()?.serialNumber;
      session.destroy();
      return { served: serial === (await secretsSerial(world)), verified: session.authorized };
    },
  };
}

/**
 * Renews the certificate while a request is under way on a connection, which ends after the gateway shows the new one: `new certificate`, `status` of
 * that request, `status on the same connection` of the next one, and `restarts` of the proxy.
 */
export function renewal(): Question {
  return {
    text: "internet → gateway: a request that is under way while the Secret changes; handshakes until another serial number is shown; another request on the first connection",
    ask: async (world): Promise<Answer> => {
      const before = await epoch(world);
      const session = await handshake(world);
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
      agent.createConnection = (_, created) => {
        if (!session.destroyed) return session;
        created?.(new Error("the connection was closed"), session);
        return undefined;
      };
      const first = session.getPeerX509Certificate()?.serialNumber;
      try {
        const endFirst = await begin(world, agent);
        await world.renewCertificate();
        const wanted = await secretsSerial(world);
        const shows = async (): Promise<boolean> => {
          const other = await handshake(world);
          const serial = other.getPeerX509Certificate()?.serialNumber;
          other.destroy();
          return serial === wanted;
        };
        const shown = await until("the gateway to show the new certificate", shows, { within: 5_000 }).catch(() => false);
        const status = await endFirst();
        if (!shown) return { "new certificate": false, status };
        // A proxy whose listener was changed a moment before closes connections after an answer.
        const next = await begin(world, agent).then((endNext) => endNext()).catch(() => "closed");
        return { "new certificate": wanted !== first, status, "status on the same connection": next, restarts: before === (await epoch(world)) ? 0 : 1 };
      } finally {
        agent.destroy();
        session.destroy();
      }
    },
  };
}

/** Begins a request with a body. Its end is for later, and gives the answer's status. */
function begin({ facts }: World, agent: https.Agent): Promise<() => Promise<number>> {
  return new Promise((resolve, reject) => {
    const outgoing = https.request({ agent, host, path: "/post", method: "POST", headers: { host, "x-azure-fdid": facts.frontDoorId } });
    const status = new Promise<number>((done, failed) => {
      outgoing.once("response", (response) => response.resume().once("end", () => done(response.statusCode ?? 0)));
      outgoing.once("error", failed);
    });
    const timer = setTimeout(() => outgoing.destroy(new Error("no answer within 10 s")), 10_000);
    outgoing.once("close", () => clearTimeout(timer));
    // What fails before its end fails here, too.
    status.catch(reject);
    const end = (): Promise<number> => {
      outgoing.end("ended");
      return status;
    };
    outgoing.write("begun", () => resolve(end));
  });
}

async function handshake(world: World): Promise<tls.TLSSocket> {
  const socket = await world.place("internet").connect(world.place("istio-ingress-0").address, 443);
  return new Promise((resolve, reject) => {
    const session = tls.connect({ socket, servername: world.facts.originHost, ca: world.authority.certificate }, () => resolve(session));
    session.once("error", reject);
  });
}

async function secretsSerial({ lab }: World): Promise<string> {
  const { data } = await lab.kube.read<KubeObject & { readonly data: Readonly<Record<string, string>> }>({ apiVersion: "v1", kind: "Secret", metadata: certificateSecret });
  return new X509Certificate(Buffer.from(data["tls.crt"] ?? "", "base64")).serialNumber;
}

/** Which Envoy it is: its process and how often it was restarted. */
async function epoch(world: World): Promise<string> {
  const { pid } = world.pod("istio-ingress-0").proxy ?? {};
  return `${pid} ${await world.pod("istio-ingress-0").admin("/stats?filter=^server.hot_restart_epoch$")}`;
}
