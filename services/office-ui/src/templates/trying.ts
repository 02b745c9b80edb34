// Words that are tried out: what is wrong with them, what becomes of them, and a test to oneself.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answered } from "../api/client";
import type { Catalogue, Channel, Checked, Template, Trigger, Words } from "../api/types";
import { useApi } from "../api/useApi";
import { useKey } from "../api/useKey";

const SETTLED = 5 * 60_000;

export function useTags() {
  const api = useApi().template;
  return useQuery({
    queryKey: ["tags"],
    staleTime: SETTLED,
    queryFn: ({ signal }) => answered(api.GET("/v1/tags", { signal })),
    select: (catalogue) => catalogue.tags,
  });
}

/** What a tag in the words means, with an example: shown where one points at it. */
export function useMeaning(): (tag: string) => string | undefined {
  const queries = useQueryClient();
  return (tag) => {
    const path = /^\{\{-?\s*([\w.]+)/.exec(tag)?.[1];
    const { tags } = queries.getQueryData<Catalogue>(["tags"]) ?? { tags: [] };
    const found = tags.flatMap((each) => [each, ...each.items]).find((each) => each.path === path);
    return found && `${found.description}: ${found.example}`;
  };
}

/** What was found in a draft, and in which: what is typed meanwhile may differ. */
export type Looked = Checked & { variants: Record<string, Words> };

/** What a save would refuse or leave out, of a draft that is being written. */
export function useCheck(
  variants: Record<string, Words>,
  channel: Channel,
  triggers: Trigger[],
  enabled: boolean,
) {
  const api = useApi().template;
  return useQuery({
    queryKey: ["template check", variants, channel, triggers],
    enabled,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<Looked> => {
      const asked = api.POST("/v1/renderings/check", { body: { variants, channel, triggers }, signal });
      return { ...(await answered(asked)), variants };
    },
  });
}

export interface Tried {
  channel: Channel;
  trigger: Trigger;
  locale: string;
  job?: string | null;
}

/** The message as it would be sent; the last one while there is no other. */
export function usePreview(
  words: Words | undefined,
  { channel, trigger, locale, job }: Tried,
  enabled = true,
) {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["template preview", words, channel, trigger, locale, job],
    enabled,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      answered(
        api.POST("/v1/previews", {
          body: { channel, trigger, locale, job_id: job ?? null, words: words ?? null },
          signal,
        }),
      ),
  });
}

/** Sent again after no answer, it is still one test; after one that went, it is another. */
export function useSendTest({ id, published_version }: Template) {
  const api = useApi().notifier;
  const key = useKey();
  const sent = useRef(0);
  return useMutation({
    mutationFn: ({ to, job, ...tried }: Tried & { to: string | null }) => {
      const body = { ...tried, job_id: job ?? null, template_id: id, to };
      const header = key([body, published_version, sent.current]);
      return answered(api.POST("/v1/test-messages", { params: { header }, body }));
    },
    onSuccess: () => {
      sent.current += 1;
    },
  });
}
