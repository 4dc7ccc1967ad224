/** What is asked again and again is told once, until there is something else to tell. */
export class LastSaid {
  #said = '';

  once(what: string, tell: () => void): void {
    if (this.#said === what) return;
    this.#said = what;
    tell();
  }

  /** @returns whether that was the last thing told */
  was(what: string): boolean {
    return this.#said === what;
  }
}
