// A "no" of the API (RFC 9457), or no answer at all, as an error that pages can explain.

export interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  /** Which of several reasons, where there are. */
  code?: string;
  /** Of a request that can't be understood: which field of it, and why. */
  errors?: { field: string; problem: string }[];
}

/** Status 0: there was no answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;
  /** Seconds after which another try is welcome. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Problem = {}, retryAfter?: number) {
    super(problem.title ?? `The answer was ${status}.`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The last part of the problem's type, such as `answer-needed`. */
  get slug(): string {
    return this.problem.type?.split(/[/:]/).at(-1) ?? "";
  }
}

/** Whether the same request may do better in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof Refusal && [0, 429, 502, 503, 504].includes(error.status);
}
