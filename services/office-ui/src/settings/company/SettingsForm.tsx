// A part of the company's settings: fields with one Save, and Undo after it.
import { Button, Group, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Company, CompanyChanges } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { flaws } from "../flaws";
import { Theirs } from "../Theirs";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useFilled } from "../useFilled";
import { before, useChangeCompany } from "./queries";

interface Props<Values> {
  title: string;
  help?: string;
  company: Company;
  values: (company: Company) => Values;
  /** Of the fields that were changed. */
  changes: (values: Partial<Values>) => CompanyChanges;
  /** Below which field a refusal is said that names none. */
  otherwise?: string;
  children: (form: UseFormReturnType<Values>, wrong: Record<string, string>) => ReactNode;
}

export function SettingsForm<Values extends Record<string, unknown>>(props: Props<Values>) {
  const { title, help, company, values, changes, otherwise, children } = props;
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const save = useChangeCompany();
  const filled = useFilled(company, values);
  const { form } = filled;
  const submit = () => {
    const [from, sent] = [filled.from(), filled.changed()];
    const wanted = changes(sent);
    whenDone(save.mutateAsync({ from, changes: wanted }), (after) => {
      filled.saved(after, sent);
      done({
        words: t("settings.company.saved", { what: title }),
        undo: () => save.mutateAsync({ from: after, changes: before(from, wanted) }),
      });
    });
  };
  const wrong = flaws(save.error);
  const detail = save.error && Object.keys(wrong).length === 0;
  return (
    <Section title={title}>
      <form onSubmit={form.onSubmit(submit)} aria-label={title}>
        <fieldset className="plain" disabled={!mayChange}>
          <Stack gap="sm">
            {help && (
              <Text size="sm" c="dimmed">
                {help}
              </Text>
            )}
            {children(form, otherwise && detail ? { [otherwise]: save.error.message } : wrong)}
            {detail && <Trouble error={save.error} />}
            <Theirs values={filled.theirs} />
            {mayChange && (
              <Group justify="flex-end">
                <Button type="submit" variant="default" disabled={!form.isDirty()} loading={save.isPending}>
                  {t("settings.save")}
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Section>
  );
}
