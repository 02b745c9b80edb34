// What the import of a table asks customer-svc.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered } from "../../api/client";
import type { Import } from "../../api/types";
import { useApi } from "../../api/useApi";
import { useKey } from "../../api/useKey";

const LOOK_AGAIN = 700;
const TABLE = { bodySerializer: (body: string) => body };
const CSV = { "Content-Type": "text/csv" };

/** What would come of a table. */
export function useDryRun() {
  const api = useApi().customer;
  return useMutation({
    mutationFn: async (file: File) =>
      answered(api.POST("/v1/customer-imports/preview", { body: await file.text(), headers: CSV, ...TABLE })),
  });
}

/** Sent again, it is still one import. */
export function useStart() {
  const api = useApi().customer;
  const key = useKey();
  return useMutation({
    mutationFn: async (file: File) => {
      const body = await file.text();
      return answered(
        api.POST("/v1/customer-imports", { params: { header: key(body) }, body, headers: CSV, ...TABLE }),
      );
    },
  });
}

/** How far it is, looked at until it is done; then the customers have changed. */
export function useImport(begun: Import) {
  const api = useApi().customer;
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["import", begun.id],
    initialData: begun,
    queryFn: async ({ signal }) => {
      const found = await answered(
        api.GET("/v1/customer-imports/{import_id}", { params: { path: { import_id: begun.id } }, signal }),
      );
      if (found.state !== "running") await queries.invalidateQueries({ queryKey: ["customers"] });
      return found;
    },
    refetchInterval: ({ state }) => (state.data?.state === "running" ? LOOK_AGAIN : false),
  });
}
