// A contact: addresses with their gear, phones with their consent, and what this person wants.
import { Badge, Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact, Customer } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { Opener } from "../../parts/Opener";
import { useSession } from "../../session/useSession";
import { addContact, addEmail, addPhone, changeContact, phoneAgain, removeContact } from "../asks";
import { useEdit, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";
import { ContactPhone } from "./ContactPhone";
import { ContactPreferences } from "./ContactPreferences";
import { EmailForm } from "./EmailForm";
import { EmailRow } from "./EmailRow";
import { PhoneForm } from "./PhoneForm";
import { RowActions } from "./RowActions";

interface Props {
  customer: Customer;
  contact: Contact;
}

export function ContactCard({ customer, contact }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const { emails, phones } = contact;
  return (
    <div>
      <Head customer={customer} contact={contact} />
      <ul className="timeline plain">
        {emails.map((email) => (
          <EmailRow key={email.id} customer={customer} contact={contact} email={email} />
        ))}
        {emails.length === 0 && <li className="quiet">{t("customer.noEmail")}</li>}
        {phones.map((phone) => (
          <ContactPhone key={phone.id} customer={customer} contact={contact} phone={phone} />
        ))}
        {phones.length === 0 && <li className="quiet">{t("customer.noPhone")}</li>}
      </ul>
      {isOffice && <Adding customer={customer} contact={contact} />}
      <ContactPreferences customer={customer} contact={contact} />
    </div>
  );
}

function Head({ customer, contact }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const edit = useEdit(customer.id);
  const [renaming, setRenaming] = useState(false);
  if (renaming) return <Name customer={customer} contact={contact} onClose={() => setRenaming(false)} />;
  const { name, primary, flags } = contact;
  const whole = { name, primary, flags, phones: contact.phones.map(phoneAgain), emails: contact.emails };
  return (
    <>
      <Group gap="xs" mb={4}>
        <Text component="h3" fw={600} m={0}>
          {name}
        </Text>
        {primary && <Badge variant="default">{t("customer.primary")}</Badge>}
        {isOffice && !primary && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t("customer.makePrimaryOf", { name })}
            loading={edit.isPending}
            onClick={() => edit.mutate({ ask: changeContact(contact.id, { primary: true }) })}
          >
            {t("customer.makePrimary")}
          </Button>
        )}
        {isOffice && (
          <RowActions
            customer={customer}
            what={name}
            onChange={() => setRenaming(true)}
            remove={removeContact(contact.id)}
            restore={addContact({
              ...whole,
              emails: whole.emails.map(({ address, flags: own }) => ({ address, flags: own })),
            })}
            removed={t("customer.done.removedPhone", { what: name })}
          />
        )}
      </Group>
      <SaveTrouble error={edit.error} />
    </>
  );
}

function Name({ customer, contact, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const [name, setName] = useState(contact.name);
  return (
    <InlineForm
      label={t("customer.change", { what: contact.name })}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={() => saving.save(changeContact(contact.id, { name }), onClose)}
      onCancel={onClose}
    >
      <TextInput
        label={t("customer.contactName")}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        required
        maxLength={200}
        maw="24rem"
      />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}

function Adding({ customer, contact }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt={4}>
      <Opener
        label={t("customer.addEmailTo", { name: contact.name })}
        form={(close) => (
          <EmailForm
            customer={customer}
            ask={(address) => addEmail(contact.id, { address })}
            onClose={close}
          />
        )}
      >
        {t("customer.addEmail")}
      </Opener>
      <Opener
        label={t("customer.addPhoneTo", { name: contact.name })}
        form={(close) => (
          <PhoneForm customer={customer} ask={(phone) => addPhone(contact.id, phone)} onClose={close} />
        )}
      >
        {t("customer.addPhone")}
      </Opener>
    </Group>
  );
}
