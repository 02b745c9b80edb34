// `/` or Ctrl-K finds a page, a customer or a job.
import { Button, Kbd } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answered } from "../api/client";
import { useApi } from "../api/useApi";
import { found } from "../jobs/search";
import { useSettingsPlaces } from "../settings/places";
import { usePlaces } from "./places";

export function Finder() {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const pages = usePages(words);
  const rest = useFound(words);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        px="sm"
        fw={500}
        onClick={spotlight.open}
        rightSection={<Kbd size="xs">/</Kbd>}
      >
        {t("finder.find")}
      </Button>
      <Spotlight
        actions={[...pages, ...rest]}
        filter={(_, actions) => actions}
        query={words}
        onQueryChange={setWords}
        shortcut={["mod + K", "/"]}
        nothingFound={t("finder.nothing")}
        searchProps={{ placeholder: t("finder.what"), "aria-label": t("finder.what") }}
        scrollable
      />
    </>
  );
}

function usePages(words: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const places = [...usePlaces(), ...useSettingsPlaces()];
  const wanted = places.filter(({ label }) => label.toLowerCase().includes(words.trim().toLowerCase()));
  return wanted.map(({ to, label }) => ({ id: to, label, onClick: () => void navigate(to) }));
}

function useFound(typed: string): SpotlightActionData[] {
  const { status, customer } = useApi();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [words] = useDebouncedValue(typed.trim(), 150);
  const { data = [] } = useQuery({
    queryKey: ["finder", words],
    enabled: words.length > 1,
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
  return data.map(({ to, ...action }) => ({ ...action, onClick: () => void navigate(to) }));
}
