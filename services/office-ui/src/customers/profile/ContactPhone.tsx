// A phone of a contact, and how it is changed.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact, Customer, Phone } from "../../api/types";
import { useSession } from "../../session/useSession";
import { phoneNumber } from "../../words/phones";
import { addPhone, changePhone, phoneAgain, removePhone } from "../asks";
import { PhoneForm } from "./PhoneForm";
import { PhoneRow } from "./PhoneRow";
import { RowActions } from "./RowActions";

interface Props {
  customer: Customer;
  contact: Contact;
  phone: Phone;
}

export function ContactPhone({ customer, contact, phone }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const [changing, setChanging] = useState(false);
  const what = phoneNumber(phone.number);
  if (changing) {
    return (
      <li>
        <PhoneForm
          customer={customer}
          phone={phone}
          ask={(changed) => changePhone(contact.id, phone.id, changed)}
          onClose={() => setChanging(false)}
        />
      </li>
    );
  }
  return (
    <PhoneRow customer={customer} phone={phone}>
      {isOffice && (
        <RowActions
          customer={customer}
          what={what}
          onChange={() => setChanging(true)}
          remove={removePhone(contact.id, phone.id)}
          restore={addPhone(contact.id, phoneAgain(phone))}
          removed={t("customer.done.removedPhone", { what })}
        />
      )}
    </PhoneRow>
  );
}
