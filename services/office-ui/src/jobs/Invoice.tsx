// What is still to pay is billed.
import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { today } from "../words/days";
import { money } from "../words/money";
import { useIssueInvoice } from "./billing";
import { TellingDialog } from "./TellingDialog";

export function InvoiceDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation();
  const issue = useIssueInvoice(job);
  const [due, setDue] = useState("");
  return (
    <TellingDialog
      title={t("bill.issue")}
      save={t("bill.saveInvoice")}
      doing={issue}
      ask={{ trigger: "invoice_issued", job_ids: [job.id] }}
      nobody={t("bill.nobodyBilled")}
      onSave={(notify) => issue.mutate({ due_on: due || null, notify }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{t("bill.billed", { amount: money(job.balance, job.currency) })}</Text>
      <TextInput
        type="date"
        label={t("bill.dueOn")}
        description={t("bill.dueHint")}
        min={today().name}
        value={due}
        onChange={({ currentTarget }) => setDue(currentTarget.value)}
        style={{ alignSelf: "start" }}
      />
    </TellingDialog>
  );
}
