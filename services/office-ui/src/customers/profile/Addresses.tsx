// Where the work is, and who else is told about it.
import { Group, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer, ServiceAddress } from "../../api/types";
import { Opener } from "../../parts/Opener";
import { useSession } from "../../session/useSession";
import { place } from "../../words/places";
import { addAddress, addRecipient, addressAgain, changeAddress, removeAddress } from "../asks";
import { SaveTrouble } from "../SaveTrouble";
import { AddressForm } from "./AddressForm";
import { useAdditional } from "./flags";
import { RecipientForm } from "./RecipientForm";
import { RecipientRow } from "./RecipientRow";
import { RowActions } from "./RowActions";

export function Addresses({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const addresses = customer.service_addresses;
  return (
    <Stack gap="sm">
      {addresses.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("customer.noAddresses")}
        </Text>
      )}
      <ul className="timeline plain">
        {addresses.map((address) => (
          <li key={address.id}>
            <Place customer={customer} address={address} />
            <Recipients customer={customer} address={address} />
          </li>
        ))}
      </ul>
      {isOffice && (
        <div>
          <Opener form={(close) => <AddressForm customer={customer} ask={addAddress} onClose={close} />}>
            {t("customer.addAddress")}
          </Opener>
        </div>
      )}
    </Stack>
  );
}

interface Props {
  customer: Customer;
  address: ServiceAddress;
}

function Place({ customer, address }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const [changing, setChanging] = useState(false);
  if (changing) {
    return (
      <AddressForm
        customer={customer}
        address={address}
        ask={(fields) => changeAddress(address.id, fields)}
        onClose={() => setChanging(false)}
      />
    );
  }
  return (
    <Group gap="xs">
      <Text size="sm" fw={550}>
        {place(address)}
      </Text>
      {isOffice && (
        <RowActions
          customer={customer}
          what={address.line}
          onChange={() => setChanging(true)}
          remove={removeAddress(address.id)}
          restore={addAddress(addressAgain(address))}
          removed={t("customer.done.removedPhone", { what: address.line })}
        />
      )}
    </Group>
  );
}

function Recipients({ customer, address }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const change = useAdditional(customer.id, address.id);
  const on = address.additional_communication;
  return (
    <Stack gap={6} mt={6}>
      <Switch
        label={t("customer.additional")}
        aria-label={t("customer.additionalOf", { line: address.line })}
        description={on ? undefined : t("customer.additionalHint")}
        checked={on}
        disabled={!isOffice}
        onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
      />
      <SaveTrouble error={change.error} />
      {address.recipients.length > 0 && (
        <p className="quiet" style={{ margin: 0 }}>
          {on ? t("customer.recipients") : t("customer.additionalOff")}
        </p>
      )}
      <ul className="plain">
        {address.recipients.map((recipient) => (
          <RecipientRow key={recipient.id} customer={customer} address={address} recipient={recipient} />
        ))}
      </ul>
      <div>
        <Opener
          label={t("customer.addRecipientTo", address)}
          form={(close) => (
            <RecipientForm
              customer={customer}
              ask={(recipient) => addRecipient(address.id, recipient)}
              onClose={close}
            />
          )}
        >
          {t("customer.addRecipient")}
        </Opener>
      </div>
    </Stack>
  );
}
