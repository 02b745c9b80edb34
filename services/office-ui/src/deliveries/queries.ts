// What the pages of deliveries ask notifier-svc.
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { Channel, Delivery, DeliveryState, Page } from "../api/types";
import { useApi } from "../api/useApi";
import { isMoving } from "./standing";

export interface DeliveryFilters {
  job?: string | undefined;
  customer?: string | undefined;
  states?: DeliveryState[] | undefined;
  channel?: Channel | undefined;
}

const LOOK_AGAIN = 2_000;

/** Looked at again while something is on its way, or while the page expects news until that moment. */
export function useDeliveries({ job, customer, states, channel }: DeliveryFilters, newsUntil = 0) {
  const api = useApi().notifier;
  return useInfiniteQuery({
    queryKey: ["deliveries", { job, customer, states, channel }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<Delivery>> => {
      const query = {
        job_id: job ?? null,
        customer_id: customer ?? null,
        state: states ?? null,
        channel: channel ?? null,
        cursor: pageParam,
      };
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
