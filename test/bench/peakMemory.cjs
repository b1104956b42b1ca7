// Preloaded into every Node process of a measured run: leaves its peak memory, in KiB, behind. Plain JavaScript, since it is loaded before all else.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

process.on("exit", () => writeFileSync(join(process.env.BENCH_FOLDER, String(process.pid)), String(process.resourceUsage().maxRSS)));
