// Money that arrived is written down: for the open invoice, else as a deposit.
import { Autocomplete, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account, Job } from "../api/types";
import { today } from "../words/days";
import { bill } from "../words/en/jobs";
import { money } from "../words/money";
import { OWN_ZONE } from "../words/times";
import { instantAt } from "../words/zones";
import { openInvoice, useReceivePayment } from "./billing";
import { TellingDialog } from "./TellingDialog";

interface Props {
  job: Job;
  account: Account;
  onClose: () => void;
}

export function PaymentDialog({ job, account, onClose }: Props) {
  const { t } = useTranslation();
  const receive = useReceivePayment(job);
  const invoice = openInvoice(account.invoices);
  const owed = invoice?.balance ?? account.balance;
  const [amount, setAmount] = useState(Number(owed) > 0 ? owed : "");
  const [method, setMethod] = useState("");
  const [day, setDay] = useState(today().name);
  const [tried, setTried] = useState(false);
  const wrong = {
    amount: isAmount(amount) ? undefined : t("bill.needed.amount"),
    method: method.trim() ? undefined : t("bill.needed.method"),
  };
  const save = (notify: boolean) => {
    setTried(true);
    if (wrong.amount ?? wrong.method) return;
    const received_at = day && day !== today().name ? instantAt(day, "12:00", OWN_ZONE) : null;
    const body = { amount, method: method.trim(), invoice_id: invoice?.id ?? null, received_at, notify };
    receive.mutate(body, { onSuccess: onClose });
  };
  return (
    <TellingDialog
      title={t("bill.pay")}
      save={t("bill.savePayment")}
      doing={receive}
      ask={{ trigger: "payment_received", job_ids: [job.id] }}
      nobody={t("bill.nobodyPaid")}
      onSave={save}
      onClose={onClose}
    >
      <Text>
        {invoice
          ? t("bill.forInvoice", { number: invoice.number, amount: money(invoice.balance, account.currency) })
          : t("bill.asDeposit")}
      </Text>
      <Group align="flex-start">
        <TextInput
          label={t("bill.amount", { currency: account.currency })}
          inputMode="decimal"
          value={amount}
          error={tried && wrong.amount}
          onChange={({ currentTarget }) => setAmount(currentTarget.value.trim())}
        />
        <Autocomplete
          label={t("bill.method")}
          data={Object.values(bill.methods)}
          maxLength={60}
          value={method}
          error={tried && wrong.method}
          onChange={setMethod}
        />
        <TextInput
          type="date"
          label={t("bill.received")}
          max={today().name}
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
      </Group>
    </TellingDialog>
  );
}

function isAmount(words: string): boolean {
  return /^\d{1,9}(\.\d{1,2})?$/.test(words) && Number(words) > 0;
}
