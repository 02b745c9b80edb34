// Which emails go once more by themselves where nobody knows whether they arrived, and what that risks.
import { Checkbox, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { en } from "../../words/en";
import { whenDone } from "../whenDone";
import { type Category, useOnceMore, useSetOnceMore } from "./onceMore";

const CATEGORIES = Object.keys(en.settings.onceMore.categories) as Category[];

export function OnceMoreCard() {
  const { t } = useTranslation();
  const chosen = useOnceMore();
  return (
    <Section title={t("settings.onceMore.title")}>
      {chosen.isPending ? (
        <Waiting lines={4} />
      ) : chosen.isError ? (
        <Trouble error={chosen.error} retry={() => void chosen.refetch()} />
      ) : (
        <Choices chosen={chosen.data.categories} />
      )}
    </Section>
  );
}

function Choices({ chosen }: { chosen: Category[] }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const save = useSetOnceMore();
  const change = (category: Category, on: boolean) =>
    whenDone(save.mutateAsync({ category, on }), () =>
      done({
        words: t(on ? "settings.onceMore.nowOn" : "settings.onceMore.nowOff", {
          category: t(`settings.onceMore.categories.${category}`),
        }),
        undo: () => save.mutateAsync({ category, on: !on }),
      }),
    );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("settings.onceMore.help")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {CATEGORIES.map((category) => (
          <Checkbox
            key={category}
            label={t(`settings.onceMore.categories.${category}`)}
            checked={chosen.includes(category)}
            disabled={!mayChange}
            onChange={({ currentTarget }) => change(category, currentTarget.checked)}
          />
        ))}
      </SimpleGrid>
      {save.isError && <Trouble error={save.error} />}
    </Stack>
  );
}
