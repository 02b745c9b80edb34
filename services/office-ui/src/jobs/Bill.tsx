// What was invoiced, and what was paid; the office writes down both.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account, Job } from "../api/types";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { useSession } from "../session/useSession";
import { money } from "../words/money";
import { dayOf } from "../words/times";
import { openInvoice } from "./billing";
import { InvoiceDialog } from "./Invoice";
import { PaymentDialog } from "./Payment";
import { useAccount } from "./queries";

export function Bill({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const account = useAccount(job.id);
  return (
    <Section
      title={t("bill.title")}
      action={isOffice && account.data && <Acts job={job} account={account.data} />}
    >
      {account.isPending && <Waiting lines={2} />}
      {account.isError && <Trouble error={account.error} retry={() => void account.refetch()} />}
      {account.isSuccess && <Entries account={account.data} />}
    </Section>
  );
}

function Acts({ job, account }: { job: Job; account: Account }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"payment" | "invoice">();
  const close = () => setAsking(undefined);
  const mayBill =
    !job.cancelled_at && job.kind === "job" && Number(job.balance) > 0 && !openInvoice(account.invoices);
  return (
    <Group gap="xs">
      {mayBill && (
        <Button variant="default" size="compact-sm" onClick={() => setAsking("invoice")}>
          {t("bill.issue")}
        </Button>
      )}
      <Button variant="default" size="compact-sm" onClick={() => setAsking("payment")}>
        {t("bill.pay")}
      </Button>
      {asking === "payment" && <PaymentDialog job={job} account={account} onClose={close} />}
      {asking === "invoice" && <InvoiceDialog job={job} onClose={close} />}
    </Group>
  );
}

function Entries({ account: { invoices, payments, currency } }: { account: Account }) {
  const { t } = useTranslation();
  if (invoices.length + payments.length === 0) return <Text c="dimmed">{t("bill.none")}</Text>;
  const numbers = new Map(invoices.map(({ id, number }) => [id, number]));
  return (
    <ul className="timeline plain">
      {invoices.map(({ id, number, total, balance, due_on }) => (
        <li key={id}>
          {t("bill.invoice", { number })} · {money(total, currency)}{" "}
          <span className="quiet">
            ·{" "}
            {Number(balance) > 0
              ? `${t("bill.open", { amount: money(balance, currency) })}, ${t("bill.due", { day: dayOf(`${due_on}T12:00`) })}`
              : t("bill.paid")}
          </span>
        </li>
      ))}
      {payments.map(({ id, amount, method, received_at, invoice_id }) => (
        <li key={id}>
          {invoice_id ? t("bill.payment", { number: numbers.get(invoice_id) }) : t("bill.deposit")} ·{" "}
          {money(amount, currency)}{" "}
          <span className="quiet">
            · {method} · <When at={received_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
