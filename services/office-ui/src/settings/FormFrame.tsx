// Fields with one Save: what is wrong stands beside them, what a colleague changed below, and who only looks changes none.
import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import { Theirs } from "./Theirs";
import type { Filled } from "./useFilled";

interface Props<From, Values> {
  title: string;
  help?: string | undefined;
  filled: Pick<Filled<From, Values>, "form" | "theirs">;
  save: { isPending: boolean; error: Error | null };
  /** Whether what is wrong is said beside a field. */
  isSaid: boolean;
  onSubmit: () => void;
  children: ReactNode;
}

export function FormFrame<From, Values>(props: Props<From, Values>) {
  const { title, help, filled, save, isSaid, onSubmit, children } = props;
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const { form, theirs } = filled;
  return (
    <Section title={title}>
      <form onSubmit={form.onSubmit(onSubmit)} aria-label={title}>
        <fieldset className="plain" disabled={!mayChange}>
          <Stack gap="sm">
            {help && (
              <Text size="sm" c="dimmed">
                {help}
              </Text>
            )}
            {children}
            {save.error && !isSaid && <Trouble error={save.error} />}
            <Theirs values={theirs} />
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
