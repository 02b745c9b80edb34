// Where messages come from: the From and Reply-To of emails, the account and numbers of texts and calls. No secret is shown.
import { SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sender } from "../../api/types";
import { useOffer } from "../../parts/Undo";
import { flawOf, flaws } from "../flaws";
import { FormFrame } from "../FormFrame";
import { useFilled } from "../useFilled";
import { whenDone } from "../whenDone";
import { PhoneFields } from "./PhoneFields";
import { bodyOf, fieldsOf, type SenderFields } from "./fields";
import { useSetSender } from "./queries";

const SLUGS = {
  "from-taken": "from_address",
  "token-needed": "phone.auth_token",
  "number-taken": "phone.numbers",
  "messaging-service-taken": "phone.messaging_service_sid",
};

export function SenderCard({ sender }: { sender: Sender | null }) {
  const { t } = useTranslation();
  const done = useOffer();
  const save = useSetSender();
  const filled = useFilled(sender, fieldsOf);
  const { form } = filled;
  const wrong = { ...flaws(save.error), ...flawOf(save.error, SLUGS) };

  const submit = () => {
    const [from, sent] = [filled.from(), filled.changed()];
    const put = (seen: Sender | null, fields: SenderFields) =>
      save.mutateAsync({ from: seen, body: bodyOf(fields, seen) });
    whenDone(put(from, form.getValues()), (after) => {
      filled.saved(after, sent);
      done({
        words: t("settings.sending.senderSaved"),
        ...(isKept(from, after) && { undo: () => put(after, fieldsOf(from)) }),
      });
    });
  };

  return (
    <FormFrame
      title={t("settings.sending.sender")}
      filled={filled}
      save={save}
      isSaid={Object.keys(wrong).length > 0}
      onSubmit={submit}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          type="email"
          label={t("settings.sending.from")}
          placeholder={t("settings.sending.installation")}
          {...form.getInputProps("from_address")}
          error={wrong.from_address}
        />
        <TextInput
          type="email"
          label={t("settings.sending.replyTo")}
          placeholder={t("settings.sending.brandEmail")}
          {...form.getInputProps("reply_to")}
          error={wrong.reply_to}
        />
      </SimpleGrid>
      <Switch
        label={t("settings.sending.phone")}
        description={t(
          form.values.with_phone ? "settings.sending.phoneHelp" : "settings.sending.phoneOffHelp",
        )}
        {...form.getInputProps("with_phone", { type: "checkbox" })}
      />
      {form.values.with_phone && <PhoneFields form={form} wrong={wrong} isNew={!sender?.phone} />}
    </FormFrame>
  );
}

/** Whether what there was can be put back: the token of an account that is given up is forgotten. */
function isKept(from: Sender | null, after: Sender): boolean {
  return !from?.phone || from.phone.account_sid === after.phone?.account_sid;
}
