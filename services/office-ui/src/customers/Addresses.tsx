// Where the work is, and who else is told about it.
import { useTranslation } from "react-i18next";
import type { Customer } from "../api/types";
import { phoneNumber } from "../words/phones";

export function Addresses({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  return (
    <ul className="timeline plain">
      {customer.service_addresses.map((address) => (
        <li key={address.id}>
          <div>
            {[address.line, address.city, `${address.state} ${address.postal_code}`]
              .filter((part) => part.trim())
              .join(", ")}
          </div>
          {address.recipients.length > 0 && (
            <div className="quiet">
              {address.additional_communication ? t("customer.recipients") : t("customer.additionalOff")}
              <ul>
                {address.recipients.map((person) => (
                  <li key={person.id}>
                    {[
                      person.name,
                      person.role,
                      ...person.emails,
                      ...person.phones.map(({ number }) => phoneNumber(number)),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
