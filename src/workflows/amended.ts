/** An operator has changed the order while it was held: its story begins again, and passes by what is taken already. */
export class Amended extends Error {
  override name = 'Amended';
}

/** Tells the story again and again, until it was told to its end, or something else has stopped it. */
export async function untilNotAmended(story: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await story();
    } catch (error) {
      if (!(error instanceof Amended)) throw error;
    }
  }
}
