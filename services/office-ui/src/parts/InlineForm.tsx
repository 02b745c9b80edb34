// A form in the place of what it changes. Escape leaves it, and the focus begins in it.
import { Button, Group, Stack } from "@mantine/core";
import { type ReactNode, type SubmitEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  submit: string;
  pending: boolean;
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

export function InlineForm({ label, submit, pending, onSubmit, onCancel, children }: Props) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const first = (what: string) => form.current?.querySelector<HTMLElement>(what);
    (first("input, textarea, select") ?? first("button"))?.focus();
  }, []);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (!pending) onSubmit();
  };
  return (
    <form ref={form} aria-label={label} onSubmit={send}>
      <Stack gap="sm">
        {children}
        <Group gap="xs">
          <Button type="submit" loading={pending}>
            {submit}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t("cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
