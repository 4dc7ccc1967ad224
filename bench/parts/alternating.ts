/**
 * Measures each in turn, and all of them again in every round, the other way round in every second: what else the machine does then falls on
 * all alike.
 * @returns the measurements of each, a round each
 */
export async function alternating<Name extends string, Measured>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<Measured>,
): Promise<Record<Name, Measured[]>> {
  const all = Object.fromEntries(names.map((name) => [name, [] as Measured[]])) as Record<Name, Measured[]>;
  for (let round = 1; round <= rounds; round++) {
    const inTurn = round % 2 === 0 ? names.toReversed() : names;
    for (const name of inTurn) all[name].push(await measure(name, round));
  }
  return all;
}
