import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { ProblemDocument } from './documents.ts';

/** An answer that is no success. */
export abstract class Complaint extends Error {
  abstract readonly exitCode: ExitCode;
}

/** Overload, and what a gateway says for an API that is away. */
const UNAVAILABLE = [429, 502, 503, 504];

/** The API answered with a problem. */
export class Refused extends Complaint {
  override name = 'Refused';
  readonly problem: ProblemDocument;
  readonly retryAfterSeconds: number | null;
  readonly exitCode: ExitCode;

  constructor(problem: ProblemDocument, retryAfterSeconds: number | null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
    this.exitCode = UNAVAILABLE.includes(problem.status) ? EXIT.unavailable : EXIT.no;
  }
}

/** Something answered, and not as the API does. */
export class NotTheApi extends Complaint {
  override name = 'NotTheApi';
  readonly exitCode: ExitCode;

  constructor(url: string, status: number) {
    super(`${url} answered ${status}, and not as the order API does: is it the right address (--url, API_URL, PORT)?`);
    this.exitCode = UNAVAILABLE.includes(status) ? EXIT.unavailable : EXIT.no;
  }
}

/** Nothing answered; what was asked may have happened. */
export class Unreachable extends Complaint {
  override name = 'Unreachable';
  readonly exitCode = EXIT.unavailable;

  constructor(url: string, error: unknown, withinMs: number) {
    super(
      `The API can't be reached at ${url} (${whyOf(error, withinMs)}): start it with "npm start", or say where it is with --url; ` +
        '"durable-orders doctor" looks at everything.',
    );
  }
}

/** A command that can't be carried out as it was given. */
export class WrongUsage extends Complaint {
  override name = 'WrongUsage';
  readonly exitCode = EXIT.usage;
}

/** `fetch failed` says nothing; the code of its cause does. */
export function whyOf(error: unknown, withinMs: number): string {
  const { name, cause, code, message } = error as { name?: string; cause?: unknown; code?: unknown; message?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${withinMs / 1000} s`;
  if (cause instanceof Error) return whyOf(cause, withinMs);
  return String(code ?? (message || name));
}

export const isUnavailable = (error: unknown): boolean =>
  error instanceof Complaint && error.exitCode === EXIT.unavailable;
