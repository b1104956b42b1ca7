import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { imageReference, images, MeshApp, TcpCaller, TcpService } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/** What the stores are opened with. */
export interface Passwords {
  readonly redis: pulumi.Output<string>;
  readonly mysql: pulumi.Output<string>;
}

/** They become part of addresses, so that they have letters and digits alone. */
export function passwords(): Passwords {
  return { redis: password("redis"), mysql: password("mysql") };
}

function password(name: string): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-password`, { length: 32, special: false }).result;
}

/** Redis for the visits and MySQL for the entries, each for those who are named: by their certificates, and with a password. */
export function stores({ platform, namespace }: Guestbook, { redis, mysql }: Passwords, { ui, books }: { readonly ui: MeshApp; readonly books: Readonly<Record<string, MeshApp>> }): void {
  new TcpService("redis", {
    platform,
    namespace,
    image: imageReference(images.redis, platform.images),
    port: { containerPort: 6379 },
    user: { uid: 999 },
    // Visits may be forgotten: nothing is kept on a disk.
    // Its configuration comes by standard input: who lists processes would read a password among the arguments.
    command: ["sh", "-c", "exec redis-server - <<END\nrequirepass $REDISCLI_AUTH\nmaxmemory 96mb\nmaxmemory-policy allkeys-lru\nsave ''\nEND"],
    writable: ["/data"],
    secretEnv: { REDISCLI_AUTH: redis },
    probe: { exec: ["sh", "-c", "redis-cli ping | grep PONG"] },
    resources: { memory: "128Mi" },
    callers: { ui: { ...ui.identity, reason: "remembers who visits" } },
  });
  new TcpService("mysql", {
    platform,
    namespace,
    // The platform's config has its registry fetch it of public.ecr.aws, which Docker's own images are published to as well.
    image: `${platform.registryLoginServer}/docker/library/mysql:8.4.10`,
    port: { containerPort: 3306 },
    user: { uid: 999 },
    storage: { sizeGi: 8, mountPath: "/var/lib/mysql" },
    // A new disk has a folder lost+found, and MySQL begins in an empty one alone.
    args: ["--datadir=/var/lib/mysql/data"],
    writable: ["/var/run/mysqld", "/tmp"],
    files: { "/etc/mysql/conf.d/guestbook.cnf": "[mysqld]\nmysqlx=OFF\n" },
    env: { MYSQL_DATABASE: "guestbook", MYSQL_USER: "guestbook" },
    secretEnv: { MYSQL_PASSWORD: mysql, MYSQL_ROOT_PASSWORD: password("mysql-root") },
    // By address: while the image prepares a new disk, its server answers on a socket alone.
    probe: { exec: ["mysqladmin", "ping", "--host=127.0.0.1"], startupSeconds: 300 },
    resources: { cpu: "200m", memory: "1Gi" },
    // For each proxy that calls, and at MySQL's own proxy for all of them together: up to eight pods while both apps are updated, each with ten.
    connections: { max: 200, connectTimeout: "5s" },
    callers: Object.fromEntries(Object.entries(books).map(([name, book]): [string, TcpCaller] => [name, { ...book.identity, reason: "keeps the entries there" }])),
  });
}
