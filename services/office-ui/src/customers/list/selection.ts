// Which customers are picked. It belongs to what the list shows: other filters have another one, and Back has it again.
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Matching } from "../../api/types";

export interface Selection {
  ids: ReadonlySet<string>;
  /** Everyone who matches, loaded or not. */
  everyone: boolean;
}

const NOBODY: Selection = { ids: new Set(), everyone: false };

export function useSelection(matching: Matching) {
  const queries = useQueryClient();
  const key = ["selection", matching];
  const { data: selection = NOBODY } = useQuery<Selection>({
    queryKey: key,
    queryFn: skipToken,
    staleTime: Infinity,
  });
  const put = (next: Selection) => queries.setQueryData<Selection>(key, next);
  return {
    selection,
    pick: (ids: readonly string[], on: boolean) => {
      const next = new Set(selection.ids);
      ids.forEach((id) => (on ? next.add(id) : next.delete(id)));
      put({ ids: next, everyone: false });
    },
    pickEveryone: () => put({ ...selection, everyone: true }),
    clear: () => put(NOBODY),
  };
}
