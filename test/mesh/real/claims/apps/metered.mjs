import { createServer } from "node:http";

/* An app with metrics: how often it was asked for them, and who it is. They are on PORT, or on METRICS_PORT alone where that is another. */

const { POD = "", PORT = "8080", METRICS_PORT = PORT } = process.env;
let asked = 0;

for (const port of new Set([PORT, METRICS_PORT])) {
  createServer(({ url }, response) => {
    if (url !== "/metrics" || port !== METRICS_PORT) {
      response.writeHead(url === "/healthz" ? 200 : 404).end();
      return;
    }
    asked += 1;
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(`# TYPE lab_asked_total counter\nlab_asked_total{from="${POD}"} ${asked}\n`);
  }).listen(Number(port));
}
