// Preloaded into every Node process of a measured run: leaves what it took behind. Plain JavaScript, since it comes before all else.
const { writeFileSync } = process.getBuiltinModule("node:fs");
const { join } = process.getBuiltinModule("node:path");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(join(process.env.BENCH_FOLDER, String(process.pid)), JSON.stringify({ kibibytes: maxRSS, microseconds: userCPUTime + systemCPUTime }));
});
