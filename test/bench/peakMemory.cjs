// Preloaded into every Node process of a measured run: leaves its peak memory, in KiB, behind. Plain JavaScript, since it comes before all else.
const { writeFileSync } = process.getBuiltinModule("node:fs");
const { join } = process.getBuiltinModule("node:path");

process.on("exit", () => writeFileSync(join(process.env.BENCH_FOLDER, String(process.pid)), String(process.resourceUsage().maxRSS)));
