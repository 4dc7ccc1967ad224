const SECOND = 1000;
const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: SECOND },
] as const;

/** How long ago, in its largest unit: `12 s`, `3 min`, `5 d`. Clocks that differ a little make nothing younger than now. */
export function age(at: string, now: number): string {
  const ms = Math.max(now - Date.parse(at), 0);
  const unit = UNITS.find((candidate) => ms >= candidate.ms);
  return unit ? `${Math.floor(ms / unit.ms)} ${unit.name}` : 'now';
}

export const ago = (at: string, now: number): string => {
  const since = age(at, now);
  return since === 'now' ? 'just now' : `${since} ago`;
};

/** How long it took, in at most two units: `650 ms`, `1.2 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(Math.round(ms), 0)} ms`;
  if (ms < 60 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  const index = UNITS.findIndex((unit) => ms >= unit.ms);
  const [large, small] = [UNITS[index], UNITS[index + 1]] as const;
  if (!large || !small) return `${Math.round(ms / SECOND)} s`;
  const rest = Math.floor((ms % large.ms) / small.ms);
  return `${Math.floor(ms / large.ms)} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ''}`;
}

/** `2026-11-24 03:45:54 UTC`, as the Web UI and the logs have it. */
export const moment = (at: string): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
