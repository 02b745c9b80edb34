// A section of the page that gives way to a form.
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../../parts/Section";

interface Props {
  title: string;
  editable: boolean;
  form: (close: () => void) => ReactNode;
  children: ReactNode;
}

const focus = (button: HTMLButtonElement | null) => button?.focus();

export function Editable({ title, editable, form, children }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<"new" | "open" | "left">("new");
  const action = editable && state !== "open" && (
    <Button
      ref={state === "left" ? focus : undefined}
      variant="default"
      size="compact-sm"
      aria-label={t("customer.editOf", { what: title })}
      onClick={() => setState("open")}
    >
      {t("customer.edit")}
    </Button>
  );
  return (
    <Section title={title} action={action}>
      {state === "open" ? form(() => setState("left")) : children}
    </Section>
  );
}
