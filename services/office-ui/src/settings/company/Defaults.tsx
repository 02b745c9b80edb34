// The preferences that new customers start with; who is there already keeps their own.
import { SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Company, CompanyChanges } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { en } from "../../words/en";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { before, useChangeCompany, useWished } from "./queries";

const SETS = {
  email: "email_defaults",
  contact: "contact_defaults",
  recipient: "recipient_defaults",
} as const;

export function Defaults({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.company.defaults")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("settings.company.defaultsHelp")}
      </Text>
      <Stack gap="lg">
        <Flags company={company} set="email" />
        <Flags company={company} set="contact" />
        <Flags company={company} set="recipient" />
      </Stack>
    </Section>
  );
}

function Flags({ company, set }: { company: Company; set: keyof typeof SETS }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const save = useChangeCompany();
  const title = useId();
  const name = SETS[set];
  const shown = useWished(company)[name] as Record<string, boolean>;
  const change = (flag: string, label: string, on: boolean) => {
    const wanted: CompanyChanges = { [name]: { [flag]: on } };
    whenDone(save.mutateAsync({ from: company, changes: () => wanted }), (after) =>
      done({
        words: t(on ? "settings.company.defaultOn" : "settings.company.defaultOff", { flag: label }),
        undo: () => save.mutateAsync({ from: after, changes: () => before(company, wanted) }),
      }),
    );
  };
  return (
    <div role="group" aria-labelledby={title}>
      <Title order={3} size="h5" id={title} mb="xs">
        {t(`settings.company.sets.${set}`)}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {Object.entries(en.preferences[set]).map(([flag, label]) => (
          <Switch
            key={flag}
            label={label}
            checked={shown[flag] ?? false}
            disabled={!mayChange}
            onChange={({ currentTarget }) => change(flag, label, currentTarget.checked)}
          />
        ))}
      </SimpleGrid>
      {save.isError && <Trouble error={save.error} />}
    </div>
  );
}
