// Where the work is, and who else is told about it.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer } from "../api/types";
import { place } from "../words/places";
import { RecipientRow } from "./RecipientRow";

export function Addresses({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  return (
    <ul className="timeline plain">
      {customer.service_addresses.map((address) => (
        <li key={address.id}>
          <Text size="sm" fw={550}>
            {place(address)}
          </Text>
          {address.recipients.length > 0 && (
            <>
              <p className="quiet" style={{ margin: "4px 0" }}>
                {address.additional_communication ? t("customer.recipients") : t("customer.additionalOff")}
              </p>
              <ul className="plain">
                {address.recipients.map((recipient) => (
                  <RecipientRow
                    key={recipient.id}
                    customer={customer}
                    address={address}
                    recipient={recipient}
                  />
                ))}
              </ul>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
