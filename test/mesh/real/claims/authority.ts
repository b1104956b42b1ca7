import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** A certificate with its key, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** A throw-away certificate authority: for the gateway's secret, and for hosts outside of the mesh. */
export class Authority {
  /** Its own certificate: whoever trusts it takes what it issues. */
  readonly file: string;
  /** The same, as PEM. */
  readonly certificate: string;

  constructor(private readonly folder: string) {
    this.file = path.join(folder, "authority.crt");
    openssl("-keyout", path.join(folder, "authority.key"), "-out", this.file, "-subj", "/CN=mesh test authority");
    this.certificate = fs.readFileSync(this.file, "utf8");
  }

  /** A new certificate for some hosts, of which one may begin with `*.`. */
  issue(hosts: readonly string[]): Certified {
    const files = { certificate: path.join(this.folder, "issued.crt"), key: path.join(this.folder, "issued.key") };
    const names = hosts.map((host) => `DNS:${host}`).join();
    const signed = ["-CA", this.file, "-CAkey", path.join(this.folder, "authority.key")];
    openssl("-keyout", files.key, "-out", files.certificate, "-subj", "/CN=mesh test", "-addext", `subjectAltName=${names}`, "-addext", "basicConstraints=critical,CA:FALSE", ...signed);
    return { certificate: fs.readFileSync(files.certificate, "utf8"), key: fs.readFileSync(files.key, "utf8") };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7", ...args], { stdio: ["ignore", "ignore", "pipe"] });
}
