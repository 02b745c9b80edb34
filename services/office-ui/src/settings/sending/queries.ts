// What the page of sending asks the notifier, and what it changes there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../../api/client";
import { Refusal } from "../../api/refusal";
import type { Pause, Sender, SenderBody } from "../../api/types";
import { useApi } from "../../api/useApi";

export function useSetPause() {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ from, paused, note }: { from: Pause; paused: boolean; note?: string | null }) =>
      answered(
        api.PUT("/v1/pause", {
          params: { header: from.version > 0 ? ifMatch(from) : {} },
          body: { paused, note: note ?? null },
        }),
      ),
    onSuccess: (after) => queries.setQueryData(["pause"], after),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["pause"] }),
        queries.invalidateQueries({ queryKey: ["volume"] }),
      ]),
  });
}

export function useVolume() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["volume"],
    queryFn: ({ signal }) => answered(api.GET("/v1/volume", { signal })),
  });
}

/** `null` where the company has none of its own yet. */
export function useSender() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["sender"],
    queryFn: ({ signal }) => answered(api.GET("/v1/sender", { signal })).catch(noneYet),
  });
}

function noneYet(error: unknown): null {
  if (error instanceof Refusal && error.status === 404) return null;
  throw error;
}

export function useSetSender() {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ from, body }: { from: Sender | null; body: SenderBody }) =>
      answered(api.PUT("/v1/sender", { params: { header: from ? ifMatch(from) : {} }, body })),
    onSuccess: (after) => queries.setQueryData(["sender"], after),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sender"] }),
  });
}
