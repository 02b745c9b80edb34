// One customer: who they are, how they may be told, what they agreed to.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Customer } from "../../api/types";
import { Opener } from "../../parts/Opener";
import { PageHead } from "../../parts/PageHead";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { Undoable } from "../../parts/Undo";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { useCustomer } from "../queries";
import { SaveTrouble } from "../SaveTrouble";
import { Addresses } from "./Addresses";
import { ContactCard } from "./ContactCard";
import { ContactForm } from "./ContactForm";
import { Editable } from "./Editable";
import { Erase } from "./Erase";
import { Facts } from "./Facts";
import { Ledger } from "./Ledger";
import { Notes, NotesForm } from "./Notes";
import { OptOuts } from "./OptOuts";
import { ProfileForm } from "./ProfileForm";
import { RecentJobs } from "./RecentJobs";
import { StandingMenu, useStanding } from "./Standing";
import "../customers.css";

export function CustomerPage() {
  const { id = "" } = useParams();
  const customer = useCustomer(id, true);
  if (customer.isPending) return <Waiting />;
  if (customer.isError) return <Trouble error={customer.error} retry={() => void customer.refetch()} />;
  return (
    <Undoable key={id}>
      <Opened customer={customer.data} />
    </Undoable>
  );
}

function Opened({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  return (
    <Stack>
      <Head customer={customer} />
      <Section title={t("customer.contacts")}>
        <Contacts customer={customer} />
      </Section>
      {isOffice && (
        <Editable
          title={t("customer.notes")}
          editable
          form={(close) => <NotesForm customer={customer} onClose={close} />}
        >
          <Notes customer={customer} />
        </Editable>
      )}
      <Section title={t("customer.addresses")}>
        <Addresses customer={customer} />
      </Section>
      <Editable
        title={t("customer.facts")}
        editable={isOffice}
        form={(close) => <ProfileForm customer={customer} onClose={close} />}
      >
        <Facts customer={customer} />
      </Editable>
      <Section
        title={t("customer.jobs")}
        action={
          <Text
            component={Link}
            size="sm"
            c="var(--mantine-color-anchor)"
            to={`/jobs?customer=${customer.id}`}
          >
            {t("customer.allJobs")}
          </Text>
        }
      >
        <RecentJobs customerId={customer.id} />
      </Section>
      {isOffice && (
        <>
          <Section title={t("customer.optOuts.title")}>
            <OptOuts customer={customer} />
          </Section>
          <Section title={t("customer.consents")}>
            <Ledger customer={customer} />
          </Section>
        </>
      )}
    </Stack>
  );
}

function Head({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const standing = useStanding(customer);
  const [erasing, { open, close }] = useDisclosure();
  return (
    <>
      <PageHead title={customer.name}>
        {isOffice && (
          <Group gap="xs">
            <Button component={Link} variant="default" to={`/deliveries?view=all&customer=${customer.id}`}>
              {t("customer.messages")}
            </Button>
            <Button component={Link} variant="default" to={`/customers/${customer.id}/changes`}>
              {t("customer.changes")}
            </Button>
            <StandingMenu customer={customer} standing={standing} onErase={open} />
          </Group>
        )}
      </PageHead>
      {customer.archived && <Alert color="gray" title={t("customer.archivedNow")} />}
      {customer.blocked && <Alert color="red" title={t("customer.blockedNow")} />}
      <SaveTrouble error={standing.error} />
      <Erase customer={customer} opened={erasing} onClose={close} onArchive={() => standing.go("archive")} />
    </>
  );
}

function Contacts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  return (
    <Stack gap="lg">
      {customer.contacts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("customer.noContacts")}
        </Text>
      )}
      {customer.contacts.map((contact) => (
        <ContactCard key={contact.id} customer={customer} contact={contact} />
      ))}
      {isOffice && (
        <div>
          <Opener form={(close) => <ContactForm customer={customer} onClose={close} />}>
            {t("customer.addContact")}
          </Opener>
        </div>
      )}
    </Stack>
  );
}
