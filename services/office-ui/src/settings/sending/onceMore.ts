// Which emails in doubt go once more by themselves: asked of the notifier, and changed there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../../api/client";
import type { OnceMore } from "../../api/types";
import { useApi } from "../../api/useApi";

export type Category = OnceMore["categories"][number];

interface Change {
  category: Category;
  on: boolean;
}

const KEY = ["once-more"];

export function useOnceMore() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answered(api.GET("/v1/once-more", { signal })),
  });
}

/** One change after the other: each goes on from what the one before has made. */
export function useSetOnceMore() {
  const api = useApi().notifier;
  const queries = useQueryClient();
  const newest = () => queries.getQueryData<OnceMore>(KEY) ?? { version: 0, categories: [] };
  return useMutation({
    scope: { id: "once-more" },
    onMutate: async (change: Change) => {
      await queries.cancelQueries({ queryKey: KEY });
      queries.setQueryData(KEY, changed(newest(), change));
    },
    mutationFn: (change: Change) => {
      const { version, categories } = changed(newest(), change);
      const header = version > 0 ? ifMatch({ version }) : {};
      return answered(api.PUT("/v1/once-more", { params: { header }, body: { categories } }));
    },
    onSuccess: ({ version }) => queries.setQueryData(KEY, { ...newest(), version }),
    onError: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

function changed({ version, categories }: OnceMore, { category, on }: Change): OnceMore {
  const others = categories.filter((each) => each !== category);
  return { version, categories: on ? [...others, category] : others };
}
