import type { Sabotage } from './sabotages.ts';
import type { Trial } from './trial.ts';

/**
 * A sabotage counts when everything that it breaks was reported, and nothing of the good build under the same faults: what
 * is found there too is not found because of the sabotage.
 */
export function verdictOn(
  { name, breaks }: Pick<Sabotage, 'name' | 'breaks'>,
  sabotaged: Trial,
  control: Trial,
): { counts: boolean; text: string } {
  const missed = breaks.filter((rule) => !sabotaged.reported.includes(rule));
  const found = control.reported;
  const ofSabotage =
    missed.length === 0 ? `was reported as: ${breaks.join(', ')}` : `WAS NOT REPORTED as: ${missed.join(', ')}`;
  const ofControl = found.length === 0 ? 'found nothing' : `FOUND: ${found.join(', ')}; so this does not count`;
  return {
    counts: missed.length + found.length === 0,
    text: `sabotage "${name}" ${ofSabotage} (${seconds(sabotaged)}); its control ${ofControl} (${seconds(control)})`,
  };
}

const seconds = ({ tookMs }: Trial): string => `${(tookMs / 1000).toFixed(0)} s`;
