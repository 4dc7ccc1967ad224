/** Something does not answer although nothing keeps it from that: worse than whatever could be learned from it. */
export class Unanswered extends Error {}

/** @param what is asked for, for people */
export async function answerOf<Answer>(what: string, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    throw new Unanswered(`${what} can't be had, although all is healed: ${causeOf(error)}`, { cause: error });
  }
}

/** `fetch` and the Temporal client say what went wrong one level down. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
