interface Server {
  withDeadline<Answer>(deadline: number, ask: () => Promise<Answer>): Promise<Answer>;
}

/** An answer that a healthy server has at once. A connection that is mute must not stop the asking, or the asker's end, for good. */
export const promptly = <Answer>(server: Server, ask: () => Promise<Answer>, withinMs = 3000): Promise<Answer> =>
  server.withDeadline(Date.now() + withinMs, ask);
