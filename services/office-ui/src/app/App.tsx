// The pages of somebody who is signed in, with what all of them share.
import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { RouterProvider } from "react-router";
import { connect } from "../api/client";
import { isPassing } from "../api/refusal";
import { ApiContext } from "../api/useApi";
import type { Session } from "../session/session";
import { SessionContext } from "../session/useSession";
import { createRouter } from "./routes";

const TRIES = 2;

notifyManager.setScheduler(queueMicrotask); // what is clicked shows in the same frame

export function App({ session }: { session: Session }) {
  const api = useMemo(() => connect(session), [session]);
  const [router] = useState(createRouter);
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 15_000,
            retry: (failures, error) => failures < TRIES && isPassing(error),
            networkMode: "always", // without a network it is said so, not waited
          },
          mutations: { networkMode: "always" },
        },
      }),
  );
  return (
    <SessionContext value={session}>
      <ApiContext value={api}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ApiContext>
    </SessionContext>
  );
}
