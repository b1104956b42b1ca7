/** What went wrong in words for whoever ran the command: 2 where it was called wrongly, 1 otherwise. */
export class ImagesError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}
