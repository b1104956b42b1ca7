import * as pulumi from "@pulumi/pulumi";

/** What is logged as an error meanwhile. It is taken at Pulumi's door, since Pulumi delivers no log in a process in which it ever failed to deliver one. */
export async function loggedErrors(run: () => Promise<unknown>): Promise<string[]> {
  const log: { error: typeof pulumi.log.error } = pulumi.log;
  const { error } = log;
  const messages: string[] = [];
  log.error = async (message) => void messages.push(message);
  try {
    await run();
  } finally {
    log.error = error;
  }
  return messages;
}
