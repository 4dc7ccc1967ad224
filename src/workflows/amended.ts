/** An operator has changed the order while it was held: its story begins again, and passes by what is taken already. */
export class Amended extends Error {
  override name = 'Amended';
}
