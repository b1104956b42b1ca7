const { createRequire } = process.getBuiltinModule("node:module");

/*
 * Waits for the end of its input, which comes when the process that has the lab is no more, however it ended, and removes what the lab's mark names.
 * It is in a session of its own, which no signal to the run reaches. It ends what a killed process could not: an agent's Envoy, for one, goes on
 * without its agent.
 */
const [, , id] = process.argv;
process.stdin.resume().once("end", () => {
  const load = createRequire(__filename);
  load("ts-node/register");
  const mark = load("./mark").readMark(id);
  if (mark !== undefined) load("./leftovers").removeMarked(mark);
});
