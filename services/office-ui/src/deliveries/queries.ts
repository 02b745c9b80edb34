// What the pages of deliveries ask notifier-svc.
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { Channel, Delivery, DeliveryState, Page, Reason } from "../api/types";
import { useApi } from "../api/useApi";
import type { Day } from "../words/days";
import { isMoving } from "./standing";

export interface DeliveryFilters {
  job?: string | undefined;
  customer?: string | undefined;
  states?: DeliveryState[] | undefined;
  channel?: Channel | undefined;
  reason?: Reason | undefined;
  /** Planned then, by the reader's clock. */
  day?: Day | undefined;
  search?: string | undefined;
}

/** As the log takes them. */
export function queryOf(wanted: DeliveryFilters) {
  return {
    job_id: wanted.job ?? null,
    customer_id: wanted.customer ?? null,
    state: wanted.states ?? null,
    channel: wanted.channel ?? null,
    reason: wanted.reason ? [wanted.reason] : null,
    since: wanted.day?.since ?? null,
    until: wanted.day?.until ?? null,
    search: wanted.search ?? null,
  };
}

const LOOK_AGAIN = 2_000;

/** Looked at again while something is on its way, or while the page expects news until that moment. */
export function useDeliveries(wanted: DeliveryFilters, newsUntil = 0) {
  const api = useApi().notifier;
  return useInfiniteQuery({
    queryKey: ["deliveries", wanted],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<Delivery>> => {
      const query = { ...queryOf(wanted), cursor: pageParam };
      return answered(api.GET("/v1/deliveries", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (Date.now() < newsUntil || anyMoving(state.data) ? LOOK_AGAIN : false),
  });
}

function anyMoving(data: InfiniteData<Page<Delivery>> | undefined): boolean {
  return data?.pages.some((page) => page.items.some((delivery) => isMoving(delivery))) ?? false;
}

export function useDelivery(id: string) {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["delivery", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/deliveries/{delivery_id}", { params: { path: { delivery_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_AGAIN : false),
  });
}
