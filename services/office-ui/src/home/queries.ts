// What the first page asks notifier-svc.
import { useQuery } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { DeliverySummary } from "../api/types";
import { useApi } from "../api/useApi";
import { type Day, dayBefore } from "../words/days";

const LOOK_AGAIN = 15_000;

/** From the day before on: what failed late in the evening is for somebody in the morning. */
export function useDeliverySummary(day: Day) {
  const { since } = dayBefore(day);
  const { until } = day;
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["delivery-summary", since],
    queryFn: ({ signal }): Promise<DeliverySummary> =>
      answered(api.GET("/v1/delivery-summary", { params: { query: { since, until } }, signal })),
    refetchInterval: LOOK_AGAIN,
  });
}

/** Whether automated messages of the company wait, and how many. */
export function usePause() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["pause"],
    queryFn: ({ signal }) => answered(api.GET("/v1/pause", { signal })),
    refetchInterval: LOOK_AGAIN,
  });
}
