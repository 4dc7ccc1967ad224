export interface BackOffTimes {
  firstMs: number;
  longestMs: number;
  /** Up for this long, a part counts as healthy and starts from the first pause again. */
  healthyMs: number;
}

export const BACK_OFF: BackOffTimes = { firstMs: 1000, longestMs: 10_000, healthyMs: 30_000 };

/** The pause before the next start, given the pause before the last one (0: none yet) and how long that one was up. */
export function nextPause(lastPauseMs: number, upMs: number, times: BackOffTimes): number {
  if (lastPauseMs === 0 || upMs >= times.healthyMs) return times.firstMs;
  return Math.min(lastPauseMs * 2, times.longestMs);
}
