// The services, typed by their OpenAPI. Each request carries the session's token.
import createClient from "openapi-fetch";
import type { Session } from "../session/session";
import type { paths as CustomerPaths } from "./generated/customer";
import type { paths as NotifierPaths } from "./generated/notifier";
import type { paths as StatusPaths } from "./generated/status";
import type { paths as TemplatePaths } from "./generated/template";
import { type Problem, Refusal } from "./refusal";

export type Api = ReturnType<typeof connect>;

/** Clients of the four services, on the page's own origin. */
export function connect(session: Session) {
  const options = { baseUrl: "/", fetch: signed(session) };
  return {
    status: createClient<StatusPaths>(options),
    customer: createClient<CustomerPaths>(options),
    template: createClient<TemplatePaths>(options),
    notifier: createClient<NotifierPaths>(options),
  };
}

/** A request that is refused for its token waits until there is another, and is sent once more. */
function signed(session: Session) {
  return async (request: Request): Promise<Response> => {
    const token = session.token;
    const again = request.clone();
    const answer = await sent(request, token);
    if (answer.status !== 401) return answer;
    await session.renew(token);
    return sent(again, session.token);
  };
}

async function sent(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What was asked for; anything else is thrown as a Refusal. */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  const after = Number(response.headers.get("Retry-After"));
  throw new Refusal(response.status, isProblem(error) ? error : {}, after || undefined);
}

function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null;
}

/** The version that a change was made from, as If-Match wants it. */
export function ifMatch(of: { version: number }): { "If-Match": string } {
  return { "If-Match": `"${of.version}"` };
}
