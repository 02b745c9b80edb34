// A part of the company's settings: fields with one Save, and Undo after it.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Company, CompanyChanges } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { flaws } from "../flaws";
import { useDone, whenDone } from "../undo";
import { before, useChangeCompany } from "./queries";

interface Props<Values> {
  title: string;
  help?: string;
  company: Company;
  values: (company: Company) => Values;
  changes: (values: Values) => CompanyChanges;
  /** Below which field a refusal is said that names none. */
  otherwise?: string;
  children: (form: UseFormReturnType<Values>, wrong: Record<string, string>) => ReactNode;
}

export function SettingsForm<Values extends Record<string, unknown>>(props: Props<Values>) {
  const { title, help, company, values, changes, otherwise, children } = props;
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useDone();
  const save = useChangeCompany();
  const form = useForm<Values>({ initialValues: values(company) });
  const start = (from: Company) => {
    form.setInitialValues(values(from));
    form.setValues(values(from));
  };
  const submit = () => {
    const wanted = changes(form.values);
    whenDone(save.mutateAsync(wanted), (after) => {
      start(after);
      done({
        said: t("settings.company.saved", { what: title }),
        undo: () => save.mutateAsync(before(company, wanted)).then(start),
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
