import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createPlainServer } from "node:net";

/* A machine outside of the cluster: it says which one it is, to whoever asks. */

const { MACHINE: pod = "", CERTIFICATE = "", KEY = "" } = process.env;

/** @type {import("node:http").RequestListener} */
const answer = ({ headers }, response) => {
  response.end(JSON.stringify({ pod, headers }));
};
createServer(answer).listen(80);
createPlainServer((socket) => {
  // Who asks may be gone before it has its answer.
  socket.on("error", () => undefined).end(`${pod}\n`);
}).listen(5432);
createSecureServer({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) }, answer).listen(443);
