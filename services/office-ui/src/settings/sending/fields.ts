// The sender as its form has it. The token is written, never read back.
import type { Sender, SenderBody } from "../../api/types";

type PhoneBody = NonNullable<SenderBody["phone"]>;

export type SenderFields = ReturnType<typeof fieldsOf>;

export function fieldsOf(sender: Sender | null) {
  const phone = sender?.phone;
  return {
    from_address: sender?.from_address ?? "",
    reply_to: sender?.reply_to ?? "",
    with_phone: Boolean(phone),
    account_sid: phone?.account_sid ?? "",
    auth_token: "",
    messaging_service_sid: phone?.messaging_service_sid ?? "",
    numbers: phone?.numbers.join("\n") ?? "",
    messages_per_second: phone?.messages_per_second ?? 1,
    keywords_answered_by: phone?.keywords_answered_by ?? "twilio",
  };
}

/** Where no token is typed, the one of the same account stays. */
function phoneBody(fields: SenderFields): PhoneBody {
  return {
    account_sid: fields.account_sid.trim(),
    auth_token: fields.auth_token.trim() || null,
    messaging_service_sid: fields.messaging_service_sid.trim() || null,
    numbers: fields.numbers.split(/[\n,]/).flatMap((number) => number.replaceAll(/[\s().-]/g, "") || []),
    messages_per_second: fields.messages_per_second,
    keywords_answered_by: fields.keywords_answered_by,
  };
}

/** Without its secret, the DKIM key that is stored stays; a key needs a From. */
export function bodyOf(fields: SenderFields, sender: Sender | null): SenderBody {
  const { from_address, reply_to, with_phone } = fields;
  return {
    from_address: from_address || null,
    reply_to: reply_to || null,
    phone: with_phone ? phoneBody(fields) : null,
    dkim: from_address && sender?.dkim ? { selector: sender.dkim.selector } : null,
  };
}
