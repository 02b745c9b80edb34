// What the office notes for itself; neither customers nor technicians see it.
import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { useOffer } from "../../parts/Undo";
import { changeCustomer } from "../asks";
import { useEdit, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

export function Notes({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  if (!customer.notes)
    return (
      <Text size="sm" c="dimmed">
        {t("customer.noNotes")}
      </Text>
    );
  return <p className="words">{customer.notes}</p>;
}

export function NotesForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const edit = useEdit(customer.id);
  const offer = useOffer();
  const [notes, setNotes] = useState(customer.notes);
  const send = () => {
    const undo = () => edit.mutateAsync({ ask: changeCustomer({ notes: customer.notes }) });
    saving.save(changeCustomer({ notes }), () => {
      offer({ words: t("customer.saved"), undo });
      onClose();
    });
  };
  return (
    <InlineForm
      label={t("customer.notes")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={send}
      onCancel={onClose}
    >
      <Textarea
        aria-label={t("customer.notes")}
        value={notes}
        onChange={({ currentTarget }) => setNotes(currentTarget.value)}
        autosize
        minRows={3}
        maxLength={20_000}
      />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
