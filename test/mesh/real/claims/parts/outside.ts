import * as fs from "node:fs";
import * as path from "node:path";
import type { Lab, Place } from "../../lab/lab";
import { Authority } from "../authority";

/**
 * Machines outside of the cluster, each with the hosts that DNS would name it by. All answer on 80 by HTTP, on 443 by HTTPS for any name, and on
 * 5432 with a line, and say in each answer which machine they are. `elsewhere` is none that the program lists.
 */
const machines: Readonly<Record<string, readonly string[]>> = {
  bank: ["api.bank.example", "news.example"],
  supplier: ["one.suppliers.example", "suppliers.example", "one.pictures.example"],
  elsewhere: ["elsewhere.example"],
};

/** A database at an address of its own, by which alone the program lists it. */
const ledger = { name: "ledger", host: "ledger.db.example", address: "198.51.100.7" } as const;

/** Starts them; returns their places. */
export async function startMachines(lab: Lab, authority: Authority, folder: string): Promise<ReadonlyMap<string, Place>> {
  const { certificate, key } = authority.issue(Object.values(machines).flat());
  const files = { certificate: path.join(folder, "outside.crt"), key: path.join(folder, "outside.key") };
  fs.writeFileSync(files.certificate, certificate);
  fs.writeFileSync(files.key, key);
  const places = new Map<string, Place>();
  for (const [name, hosts] of Object.entries({ ...machines, [ledger.name]: [] })) {
    const place = await lab.outside(name);
    for (const host of hosts) lab.name(host, place.address);
    const env = { MACHINE: name, CERTIFICATE: files.certificate, KEY: files.key };
    await place.serve({ name, command: [process.execPath, path.join(__dirname, "..", "apps", "outside.mjs")], env, ready: async () => (await place.request({ url: "https://127.0.0.1/" })).status === 200 });
    places.set(name, place);
  }
  await giveAddress(lab, places.get(ledger.name));
  return places;
}

/** Gives the database its address, and its host that name. */
async function giveAddress(lab: Lab, place: Place | undefined): Promise<void> {
  const done = [await place?.run(["ip", "address", "add", `${ledger.address}/32`, "dev", "eth0"]), await lab.control.run(["ip", "route", "add", `${ledger.address}/32`, "dev", "bridge"])];
  const wrong = done.find((outcome) => outcome?.status !== 0);
  if (wrong !== undefined || place === undefined) throw new Error(`${ledger.host} could not be given its address: ${wrong?.stderr ?? "there is no such machine"}`);
  lab.name(ledger.host, ledger.address);
}
