import { textOf } from '../schedule/fault.ts';
import { SABOTAGES, type Sabotage } from './sabotages.ts';
import { Trials, tryOut } from './trial.ts';
import { verdictOn } from './verdict.ts';

/**
 * Runs each sabotaged build, and the good one beside it.
 * @returns whether the harness has reported each as it has to, and nothing of the good one
 */
export async function trySabotages(names: string[], say: (text: string) => void): Promise<boolean> {
  const trials = new Trials(tryOut(say));
  const verdicts: string[] = [];
  let allCount = true;
  for (const sabotage of chosen(names)) {
    say(`sabotage "${sabotage.name}"; ${faultsOf(sabotage)}`);
    const sabotaged = await trials.sabotaged(sabotage);
    say(`its control, the good build; ${faultsOf(sabotage)}`);
    const control = await trials.control(sabotage);
    const { counts, text } = verdictOn(sabotage, sabotaged, control);
    allCount &&= counts;
    verdicts.push(text);
    console.log(text);
  }
  console.log(['', ...verdicts].join('\n'));
  return allCount;
}

function chosen(names: string[]): Sabotage[] {
  const unknown = names.filter((name) => !SABOTAGES.some((sabotage) => sabotage.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}: there are ${SABOTAGES.map(({ name }) => name).join(', ')}`);
  return SABOTAGES.filter(({ name }) => names.length === 0 || names.includes(name));
}

const faultsOf = ({ faults }: Sabotage): string =>
  faults.map(({ fault }) => textOf(fault)).join(' + ') || 'no fault from outside';
