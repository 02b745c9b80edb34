// What was invoiced, and what was paid.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { money } from "../words/money";
import { useAccount } from "./queries";

export function Bill({ id }: { id: string }) {
  const { t } = useTranslation();
  const account = useAccount(id);
  if (account.isPending) return <Waiting lines={2} />;
  if (account.isError) return <Trouble error={account.error} retry={() => void account.refetch()} />;
  const { invoices, payments, currency } = account.data;
  if (invoices.length + payments.length === 0) return <Text c="dimmed">{t("bill.none")}</Text>;
  return (
    <ul className="timeline plain">
      {invoices.map(({ id: key, number, total, balance, due_on }) => (
        <li key={key}>
          {t("bill.invoice", { number })} · {money(total, currency)}{" "}
          <span className="quiet">
            ·{" "}
            {Number(balance) > 0
              ? `${t("bill.open", { amount: money(balance, currency) })}, ${t("bill.due", { day: due_on })}`
              : t("bill.paid")}
          </span>
        </li>
      ))}
      {payments.map(({ id: key, kind, amount, received_at }) => (
        <li key={key}>
          {t(kind === "deposit" ? "bill.deposit" : "bill.payment")} · {money(amount, currency)}{" "}
          <span className="quiet">
            · <When at={received_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
