/** A line of a story. */
export interface Moment {
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}
