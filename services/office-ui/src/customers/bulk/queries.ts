// What bulk edits ask customer-svc.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered } from "../../api/client";
import type { BatchEdit, Edit } from "../../api/types";
import { useApi } from "../../api/useApi";
import { useKey } from "../../api/useKey";

const LOOK_AGAIN = 700;

export const isAtWork = ({ state }: BatchEdit) => state === "running" || state === "undoing";

/** What the edit would do; where it sets nothing yet, how many it is about. */
export function usePreview(edit: Edit) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["bulk-preview", edit],
    queryFn: ({ signal }) => answered(api.POST("/v1/batch-edits/preview", { body: edit, signal })),
    placeholderData: (before) => before,
  });
}

/** Sent again, it is still one edit. */
export function useApply() {
  const api = useApi().customer;
  const queries = useQueryClient();
  const key = useKey();
  return useMutation({
    mutationFn: (edit: Edit) =>
      answered(api.POST("/v1/batch-edits", { params: { header: key(edit) }, body: edit })),
    onSuccess: (begun) => queries.setQueryData(["bulk", begun.id], begun),
  });
}

/** How far an edit is, looked at until it is done; then the customers have changed. */
export function useBulk(begun: BatchEdit) {
  const api = useApi().customer;
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["bulk", begun.id],
    initialData: begun,
    queryFn: async ({ signal }) => {
      const edit = await answered(
        api.GET("/v1/batch-edits/{edit_id}", { params: { path: { edit_id: begun.id } }, signal }),
      );
      if (!isAtWork(edit)) await changed(queries);
      return edit;
    },
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data) ? LOOK_AGAIN : false),
  });
}

export function useUndo(id: string) {
  const api = useApi().customer;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(api.POST("/v1/batch-edits/{edit_id}/undo", { params: { path: { edit_id: id } } })),
    onSuccess: (edit) => queries.setQueryData(["bulk", id], edit),
  });
}

/** The newest edits. */
export function useBulks() {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["bulks"],
    staleTime: 0,
    queryFn: ({ signal }) => answered(api.GET("/v1/batch-edits", { signal })),
  });
}

function changed(queries: ReturnType<typeof useQueryClient>) {
  return Promise.all([
    queries.invalidateQueries({ queryKey: ["customers"] }),
    queries.invalidateQueries({ queryKey: ["customer"], refetchType: "none" }),
  ]);
}
