import type { Duration } from '@temporalio/common';

export interface RunSettings {
  /** For how long a step is retried before the order is held. */
  stepPatience: Duration;
  /** For how long a held order waits for an operator before it is cancelled. */
  holdLimit: Duration;
}
