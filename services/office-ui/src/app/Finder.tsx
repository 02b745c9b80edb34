// `/` or Ctrl-K finds a page, a customer or a job.
import { Button, Kbd } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answered } from "../api/client";
import { useApi } from "../api/useApi";
import { found } from "../jobs/search";
import { useSettingsPlaces } from "../settings/places";
import { usePlaces } from "./places";

const [store, finder] = createSpotlight();

export function Finder() {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const rest = useFound(words);
  const actions = [...usePages(words), ...rest.found];
  useKeptSelection(actions);
  const early = useEarlyEnter(actions.length === 0, rest.isLooking);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        px="sm"
        fw={500}
        onClick={finder.open}
        rightSection={<Kbd size="xs">/</Kbd>}
      >
        {t("finder.find")}
      </Button>
      <Spotlight
        store={store}
        actions={actions}
        filter={(_, actions) => actions}
        query={words}
        onQueryChange={setWords}
        shortcut={["mod + K", "/"]}
        nothingFound={!rest.isLooking && t(rest.isBroken ? "finder.broken" : "finder.nothing")}
        searchProps={{
          placeholder: t("finder.what"),
          "aria-label": t("finder.what"),
          autoFocus: true,
          ...early,
        }}
        scrollable
        // There at once: while it came in, the first letters of who types on would be lost.
        transitionProps={{ duration: 0 }}
      />
    </>
  );
}

/** What is chosen stays chosen, by its id, while answers come and go around it; where it goes itself the first one is. */
function useKeptSelection(actions: SpotlightActionData[]) {
  const shown = actions.map(({ id }) => id).join();
  useEffect(() => {
    const { listId } = store.getState();
    const rows = listId ? [...document.querySelectorAll(`#${listId} [data-action]`)] : [];
    const chosen = Math.max(
      rows.findIndex((row) => row.hasAttribute("data-selected")),
      0,
    );
    rows[chosen]?.setAttribute("data-selected", "true");
    store.updateState((state) => ({ ...state, selected: rows.length > 0 ? chosen : -1 }));
  }, [shown]);
}

/** Enter before the answer opens the first one once it is there, unless one types on. */
function useEarlyEnter(isEmpty: boolean, isLooking: boolean) {
  const isEarly = useRef(false);
  useEffect(() => {
    if (isLooking) return;
    const { listId } = store.getState();
    if (isEarly.current && listId) document.querySelector<HTMLElement>(`#${listId} [data-selected]`)?.click();
    isEarly.current = false;
  }, [isLooking]);
  return {
    onKeyDown: ({ key }: KeyboardEvent) => {
      isEarly.current = key === "Enter" && isEmpty && isLooking;
    },
  };
}

function usePages(words: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const places = [...usePlaces(), ...useSettingsPlaces()];
  const wanted = places.filter(({ label }) => label.toLowerCase().includes(words.trim().toLowerCase()));
  return wanted.map(({ to, label }) => ({ id: to, label, onClick: () => void navigate(to) }));
}

interface Answer {
  id: string;
  label: string;
  description: string;
  to: string;
}

interface Found {
  found: SpotlightActionData[];
  isLooking: boolean;
  /** Nobody could be asked: that nothing is found means nothing. */
  isBroken: boolean;
}

/** Answers stay while one types on, or back, until the new ones are there. */
function useFound(typed: string): Found {
  const { status, customer } = useApi();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [words] = useDebouncedValue(typed.trim(), 150);
  const wanted = words.length > 1;
  const {
    data = [],
    isFetching,
    isError,
  } = useQuery<Answer[]>({
    queryKey: ["finder", words],
    enabled: wanted,
    placeholderData: (before, query) => (areNear(words, query?.queryKey[1]) ? before : undefined),
    queryFn: async ({ signal }) => {
      const [customers, jobs] = await Promise.all([
        answered(customer.GET("/v1/customers", { params: { query: { search: words, limit: 5 } }, signal })),
        answered(status.GET("/v1/jobs", { params: { query: { ...found(words), limit: 5 } }, signal })),
      ]);
      return [
        ...customers.items.map(({ id, name }) => ({
          id,
          label: name,
          description: t("finder.customer"),
          to: `/customers/${id}`,
        })),
        ...jobs.items.map(({ id, number, title }) => ({
          id,
          label: title,
          description: t("job.number", { number }),
          to: `/jobs/${id}`,
        })),
      ];
    },
  });
  const answers = wanted ? data : [];
  return {
    found: answers.map(({ to, ...action }) => ({ ...action, onClick: () => void navigate(to) })),
    isLooking: isFetching || typed.trim() !== words,
    isBroken: isError,
  };
}

function areNear(words: string, others: unknown): boolean {
  return (
    typeof others === "string" && others !== "" && (words.startsWith(others) || others.startsWith(words))
  );
}
