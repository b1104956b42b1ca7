/** How the command ends, for scripts to read. */
export const exitStatus = { fine: 0, failed: 1, invalid: 2, refused: 3, changes: 10, dangerous: 11 } as const;

/** Something to tell the person who called, without a stack trace: by default that they must put an argument or a file right. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly status: number = exitStatus.invalid,
  ) {
    super(message);
  }
}
