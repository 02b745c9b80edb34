// What the board asks status-svc to change.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answered, ifMatch } from "../../api/client";
import type { Page, StatusEdit, StatusEntry } from "../../api/types";
import { useApi } from "../../api/useApi";
import { useKey } from "../../api/useKey";

/** The catalogue is status-svc's; the board knows of a change a moment later. */
const TRAVELS = 1_500;

export function useEditStatus() {
  const api = useApi().status;
  return useStatusChange(({ status, edit }: { status: { id: string; version: number }; edit: StatusEdit }) =>
    answered(
      api.PATCH("/v1/statuses/{status_id}", {
        params: { path: { status_id: status.id }, header: ifMatch(status) },
        body: edit,
      }),
    ),
  );
}

export interface NewStatus {
  name: string;
  colour: string;
  closes: boolean;
  allow_tech_skip: boolean;
  hold_seconds: number;
}

export function useAddStatus() {
  const api = useApi().status;
  const key = useKey();
  const made = useRef(0);
  return useStatusChange(async (body: NewStatus) => {
    const status = await answered(
      api.POST("/v1/statuses", { params: { header: key([made.current, body]) }, body }),
    );
    made.current += 1;
    return status;
  });
}

/** Shows the new order at once, and the old one again where it is refused. */
export function useOrderStatuses() {
  const api = useApi().status;
  return useStatusChange(
    (wanted: StatusEntry[]) =>
      answered(api.PUT("/v1/statuses/order", { body: { ids: wanted.map(({ id }) => id) } })),
    (page, wanted) => ({ ...page, items: [...wanted, ...page.items.filter(({ active }) => !active)] }),
  );
}

function useStatusChange<Variables, Answer>(
  ask: (wanted: Variables) => Promise<Answer>,
  shown?: (page: Page<StatusEntry>, wanted: Variables) => Page<StatusEntry>,
) {
  const queries = useQueryClient();
  const key = ["statuses"];
  const look = () => queries.invalidateQueries({ queryKey: ["rules", "board"] });
  return useMutation({
    scope: { id: "statuses" },
    mutationFn: ask,
    onMutate: (wanted: Variables) => {
      void queries.cancelQueries({ queryKey: key });
      if (shown) queries.setQueryData<Page<StatusEntry>>(key, (page) => page && shown(page, wanted));
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: key });
      await look();
      setTimeout(() => void look(), TRAVELS);
    },
  });
}
