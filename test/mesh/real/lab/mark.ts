import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { processFacts, runs } from "./processes";

/*
 * A lab says what is its own before it makes anything: a mark in a folder that is root's. Whatever is called like something of a lab's and has
 * no mark is somebody else's.
 */

/** Where the marks of all labs are. */
export const marks = "/run/azure-delivery-platform";

/** What a lab has on the machine besides its processes. */
export interface Mark {
  /** The process that has the lab, when that began, and which of its labs this is: `4711-1234567-0`. */
  readonly id: string;
  /** Which start of the machine that was in, and by whose numbers of processes. */
  readonly boot: string;
  readonly processSpace: string;
  /** The lab's folder. */
  readonly folder: string;
}

let count = 0;

/** Marks a new lab of this process, and makes its folder. */
export function makeMark(): Mark {
  const id = `${process.pid}-${processFacts(process.pid)?.begun ?? ""}-${count++}`;
  const mark = { id, ...here(), folder: path.join(os.tmpdir(), `azure-delivery-${randomBytes(4).toString("hex")}`) };
  fs.mkdirSync(marks, { recursive: true, mode: 0o755 });
  // Nobody sees half a mark.
  fs.writeFileSync(path.join(marks, `.${id}`), JSON.stringify(mark), { mode: 0o600 });
  fs.renameSync(path.join(marks, `.${id}`), fileOf(id));
  fs.mkdirSync(mark.folder);
  // Proxies run as another user.
  fs.chmodSync(mark.folder, 0o755);
  return mark;
}

/** The mark of a lab; nothing once it was removed. */
export function readMark(id: string): Mark | undefined {
  return fs.existsSync(fileOf(id)) ? (JSON.parse(fs.readFileSync(fileOf(id), "utf8")) as Mark) : undefined;
}

/** Takes a mark back: nothing of its lab is left. */
export function removeMark({ id }: Mark): void {
  fs.rmSync(fileOf(id), { force: true });
}

/** The marks of labs whose process is no more. */
export function leftMarks(): Mark[] {
  const ids = fs.existsSync(marks) ? fs.readdirSync(marks).filter((name) => /^\d+-\d+-\d+$/.test(name)) : [];
  return ids.flatMap((id) => readMark(id) ?? []).filter(isLeft);
}

/** Whether the process of a mark is no more. Of one that another container counts, this one can't know. */
export function isLeft({ id, boot, processSpace }: Mark): boolean {
  const now = here();
  if (boot !== now.boot) return true;
  if (processSpace !== now.processSpace) return false;
  const [pid, begun] = id.split("-");
  return !runs(Number(pid)) || processFacts(Number(pid))?.begun !== begun;
}

function here(): Pick<Mark, "boot" | "processSpace"> {
  return { boot: fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), processSpace: fs.readlinkSync("/proc/self/ns/pid") };
}

function fileOf(id: string): string {
  return path.join(marks, id);
}
