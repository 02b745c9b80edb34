// The plain facts of a customer, and the form that changes them.
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { useCompany } from "../queries";
import { languageName } from "./languages";

export function Facts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const company = useCompany().data;
  const region = company?.regions.find(({ id }) => id === customer.region_id);
  const facts: [string, string | null | undefined][] = [
    [t("customer.kind"), t(`customers.${customer.kind}`)],
    [t("customer.tags"), customer.tags.join(", ")],
    [t("customer.region"), region?.name],
    [t("customer.headOffice"), customer.head_office ? t("customer.yes") : null],
    [t("customer.zone"), customer.zone],
    [t("customer.language"), customer.locale && languageName(customer.locale)],
    [
      t("customer.clientNotifications"),
      customer.region_id && t(customer.send_client_notifications ? "customer.on" : "customer.off"),
    ],
    [t("customer.salesTax"), customer.sales_tax_exempt ? t("customer.yes") : null],
    [t("customer.rewards"), customer.reward_balance],
    [
      t("customer.cards"),
      customer.cards
        .map((card) => t(card.default ? "customer.defaultCard" : "customer.card", { digits: card.last_four }))
        .join(", "),
    ],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}
    </dl>
  );
}
