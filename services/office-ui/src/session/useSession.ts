// The session, for components.
import { createContext, use, useSyncExternalStore } from "react";
import type { Session } from "./session";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("There is no session above this component.");
  return session;
}

/** Whether the session has ended and the person must sign in again. */
export function useIsLost(): boolean {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => session.lost);
}
