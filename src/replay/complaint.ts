/** The command is not one; nothing was tried. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** Temporal can't be reached, or does not know the run: nothing can be said about the code. */
export class NoHistory extends Error {
  override name = 'NoHistory';
}
