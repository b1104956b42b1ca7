import { listen } from "../common/serve.mjs";
import { messageServer } from "./server.mjs";

// To see what callers make of a pod that fails: `kill -USR2 1` in its container has it fail, and once more has it answer again.
let fails = false;
process.on("SIGUSR2", () => (fails = !fails));
listen(messageServer({ version: process.env["VERSION"] ?? "v1", wisdomUrl: process.env["WISDOM_URL"], fails: () => fails }));
