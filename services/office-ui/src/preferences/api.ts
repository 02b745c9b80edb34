// The two halves of what a reader may choose: flags are customer-svc's, unsubscribing is notifier-svc's.
import type { components as Customer } from "../api/generated/customer";
import type { components as Notifier } from "../api/generated/notifier";

export type Own = Customer["schemas"]["PreferencesOfLink"];
export type Choices = Notifier["schemas"]["Choices"];
export type Scope = Notifier["schemas"]["Scope"];

/** Flags by their part: an email address's id, or "" for the person. */
export type Wishes = Map<string, Record<string, boolean>>;

/** An answer that is no success; status 0 where none came. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`answered ${status}`);
    this.status = status;
  }

  /** Whether the same may work later. */
  get passes(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export class Api {
  private readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  own(): Promise<Own> {
    return asked<Own>(`/v1/preferences/${this.token}`);
  }

  choices(): Promise<Choices> {
    return asked<Choices>(`/v1/email-choices/${this.token}`);
  }

  wish(wishes: Wishes): Promise<Own> {
    const emails = [...wishes].filter(([id]) => id).map(([id, flags]) => ({ id, flags }));
    return asked<Own>(`/v1/preferences/${this.token}`, "PATCH", { flags: wishes.get("") ?? {}, emails });
  }

  stop(scope: Scope, stopped: boolean): Promise<Choices> {
    return asked<Choices>(`/v1/email-choices/${this.token}/${scope}`, "PUT", { stopped });
  }
}

const PATIENCE = 15_000;

async function asked<T>(path: string, method = "GET", body?: object): Promise<T> {
  const answer = await fetch(path, {
    method,
    cache: "no-store",
    credentials: "omit",
    keepalive: method !== "GET", // goes on when the page is left
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(PATIENCE),
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  }).catch(() => {
    throw new Refusal(0);
  });
  if (!answer.ok) throw new Refusal(answer.status);
  return (await answer.json().catch(() => {
    throw new Refusal(0); // it broke off
  })) as T;
}
