import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { inNamespace } from "./network";
import { Answer, ConnectError, Request, send } from "./request";
import { ProcessServer, Server } from "./server";

/** What came of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server to be run in a place. */
interface ServerArgs {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it works. Default: the place's folder. */
  readonly folder?: string;
  /** Says that it answers; looked at until it does. Default: at once. */
  readonly ready?: () => Promise<boolean> | boolean;
  /** How long it may take to be ready, in milliseconds. Default: 30000. */
  readonly within?: number;
}

/** How a command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Where a place is. */
export interface Site {
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  readonly networkNamespace: string;
  /** The file of its door's socket; the system takes no more than 107 letters for it. */
  readonly door: string;
}

/** A network namespace of the lab, with an address. */
export class Place {
  private readonly servers: ProcessServer[] = [];
  private door: Promise<ChildProcess> | undefined;
  readonly name: string;
  readonly address: string;
  /** A folder of its own for its processes, with their logs. */
  readonly folder: string;
  /** Its name to the system. */
  readonly networkNamespace: string;

  constructor(private readonly site: Site) {
    this.name = site.name;
    this.address = site.address;
    this.folder = site.folder;
    this.networkNamespace = site.networkNamespace;
    fs.mkdirSync(site.folder, { recursive: true });
  }

  /** Sends a request from in here: through the redirection of a sidecar where it has one. What goes wrong is in the answer's status. */
  request(request: Request): Promise<Answer> {
    return send((host, port, signal) => this.connect(host, port, signal), request);
  }

  /**
   * Opens a connection from in here, to do with as one likes. Rejects with `ConnectError` where none comes about. What is aborted destroys the
   * connection, also one that is open.
   */
  async connect(host: string, port: number, signal?: AbortSignal): Promise<net.Socket> {
    this.door ??= this.openDoor();
    await this.door;
    const socket = net.connect({ path: this.site.door, allowHalfOpen: true, ...(signal && { signal }) });
    const reply = await new Promise<string>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the door was closed")));
      // No more than this line comes before the caller has said something, unless the server speaks first: that goes back.
      socket.once("readable", () => {
        const chunk = socket.read() as Buffer | null;
        const end = chunk?.indexOf("\n") ?? -1;
        if (chunk === null || end < 0) return resolve("the door said nothing");
        if (end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1));
        resolve(chunk.subarray(0, end).toString());
      });
      socket.write(`${host} ${port}\n`);
    });
    socket.removeAllListeners("error").removeAllListeners("close");
    if (reply === "open") return socket;
    socket.destroy();
    throw new ConnectError(reply);
  }

  /** Runs a command in here to its end. */
  run(command: readonly string[], { env = {}, input = "" }: RunOptions = {}): Promise<Outcome> {
    const [file = "", ...rest] = inNamespace(this.networkNamespace, command);
    return new Promise((resolve, reject) => {
      const child = spawn(file, rest, { cwd: this.folder, env: { ...plainEnvironment(), ...env } });
      const said = { stdout: "", stderr: "" };
      child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
      child.once("error", reject);
      child.once("close", (status) => resolve({ status, ...said }));
      // A command that does not read what it is given has ended before.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }

  /** Has a server run in here until the place or the lab is stopped. */
  async serve({ name, command, env = {}, folder = this.folder, ...rest }: ServerArgs): Promise<Server> {
    const log = path.join(this.folder, `${name}.log`);
    const server = new ProcessServer({ name: `${name} of ${this.name}`, command: inNamespace(this.networkNamespace, command), env: { ...plainEnvironment(), ...env }, folder, log, ...rest });
    this.servers.push(server);
    await server.start();
    return server;
  }

  /** Ends the servers in here, the last one first. */
  async end(signal?: NodeJS.Signals): Promise<void> {
    for (const server of [...this.servers].reverse()) await server.stop(signal);
    (await this.door?.catch(() => undefined))?.kill();
  }

  /** A door that does not open, or that has ended, leaves the place for another try. */
  private openDoor(): Promise<ChildProcess> {
    const [file = "", ...rest] = inNamespace(this.networkNamespace, [process.execPath, path.join(__dirname, "door.cjs"), this.site.door]);
    fs.rmSync(this.site.door, { force: true });
    return new Promise((resolve, reject) => {
      const door = spawn(file, rest, { cwd: this.folder, env: plainEnvironment(), stdio: ["pipe", "pipe", "inherit"] });
      const failed = (error: Error): void => {
        this.door = undefined;
        reject(error);
      };
      door.stdout.once("data", () => resolve(door));
      door.once("error", failed);
      door.once("exit", (code) => failed(new Error(`The door of ${this.name} ended with ${code}.`)));
    });
  }
}

/** What processes of the lab are told of the machine: where its programs are. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, HOME: "/nonexistent" };
}
