import { Lab, startLab } from "./lab";

/* Runs of mocha that have a lab and end when their input does, or when somebody ends them. `ends.real.ts` begins them. */

describe("a run", function () {
  this.timeout(0);

  it("without a proxy", async () => {
    await untilEnded(await startLab({ istiod: false }));
  });

  it("with a proxy", async () => {
    const lab = await startLab();
    await lab.pod({ namespace: "default", name: "web", mesh: "sidecar", command: ["sleep", "600"] });
    await untilEnded(lab);
  });

  it("that keeps its logs", async () => {
    const lab = await startLab({ istiod: false });
    lab.keep();
    await untilEnded(lab);
  });
});

/** Says who has the lab, and waits for the end of the input. */
async function untilEnded(lab: Lab): Promise<void> {
  await lab.outside("elsewhere.example");
  process.stdout.write(`${JSON.stringify({ pid: process.pid, folder: lab.folder })}\n`);
  await new Promise((resolve) => process.stdin.resume().once("end", resolve));
}
