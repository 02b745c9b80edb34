// One customer: who they are, how they may be told, what they agreed to.
import { Alert, Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Customer } from "../api/types";
import { PageHead } from "../parts/PageHead";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useSession } from "../session/useSession";
import { Addresses } from "./Addresses";
import { ContactCard } from "./ContactCard";
import { Ledger } from "./Ledger";
import { useCustomer } from "./queries";

export function CustomerPage() {
  const { id = "" } = useParams();
  const customer = useCustomer(id, true);
  if (customer.isPending) return <Waiting />;
  if (customer.isError) return <Trouble error={customer.error} retry={() => void customer.refetch()} />;
  return <Opened customer={customer.data} />;
}

function Opened({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  return (
    <Stack>
      <PageHead title={customer.name}>
        <Group>
          <Button component={Link} variant="default" to={`/jobs?customer=${customer.id}`}>
            {t("customer.jobs")}
          </Button>
          {isOffice && (
            <Button component={Link} variant="default" to={`/deliveries?view=all&customer=${customer.id}`}>
              {t("customer.messages")}
            </Button>
          )}
        </Group>
      </PageHead>
      {customer.archived && <Alert color="gray" title={t("customer.archivedNow")} />}
      {customer.blocked && <Alert color="red" title={t("customer.blockedNow")} />}
      <Section title={t("customer.contacts")}>
        <Stack gap="lg">
          {customer.contacts.map((contact) => (
            <ContactCard key={contact.id} customer={customer} contact={contact} />
          ))}
        </Stack>
      </Section>
      <Section title={t("customer.facts")}>
        <Facts customer={customer} />
      </Section>
      <Section title={t("customer.addresses")}>
        <Addresses customer={customer} />
      </Section>
      {isOffice && (
        <Section title={t("customer.consents")}>
          <Ledger customer={customer} />
        </Section>
      )}
    </Stack>
  );
}

function Facts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const facts: [string, string | null | undefined][] = [
    [t("customer.kind"), t(`customers.${customer.kind}`)],
    [t("customer.tags"), customer.tags.join(", ")],
    [t("customer.language"), customer.locale],
    [t("customer.notes"), customer.notes],
    [
      t("customer.clientNotifications"),
      customer.send_client_notifications ? t("customer.on") : t("customer.off"),
    ],
    [t("customer.salesTax"), customer.sales_tax_exempt ? t("customer.exempt") : null],
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
