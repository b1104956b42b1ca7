import { hostname } from "node:os";
import { echoServer, endWith } from "./server.mjs";

// A pod's host name is the pod's own name.
const server = echoServer({ pod: hostname(), version: process.env["VERSION"] ?? "unknown" });
server.listen(Number(process.env["PORT"] ?? 8080), () => console.log(JSON.stringify({ listening: server.address().port })));
endWith(server);
