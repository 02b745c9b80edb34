// Where messages come from: the From and Reply-To of emails, the numbers of texts and calls. No secret is shown.
import { Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sender, SenderBody } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { phoneNumber } from "../../words/phones";
import { flawOf, flaws } from "../flaws";
import { Theirs } from "../Theirs";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useFilled } from "../useFilled";
import { useSetSender } from "./queries";

export function SenderCard({ sender }: { sender: Sender | null }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const save = useSetSender();
  const filled = useFilled(sender, fieldsOf);
  const { form } = filled;
  const wrong = { ...flaws(save.error), ...flawOf(save.error, { "from-taken": "from_address" }) };

  const submit = () => {
    const [from, sent] = [filled.from(), filled.changed()];
    const put = (seen: Sender | null, fields: ReturnType<typeof fieldsOf>) =>
      save.mutateAsync({ from: seen, body: bodyOf(fields, from) });
    whenDone(put(from, form.getValues()), (after) => {
      filled.saved(after, sent);
      done({
        words: t("settings.sending.senderSaved"),
        undo: () => put(after, fieldsOf(from)),
      });
    });
  };

  return (
    <Section title={t("settings.sending.sender")}>
      <form onSubmit={form.onSubmit(submit)} aria-label={t("settings.sending.sender")}>
        <fieldset className="plain" disabled={!mayChange}>
          <Stack gap="sm">
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
            <Phone sender={sender} />
            {save.isError && Object.keys(wrong).length === 0 && <Trouble error={save.error} />}
            <Theirs values={filled.theirs} />
            {mayChange && (
              <Group justify="flex-end">
                <Button type="submit" variant="default" disabled={!form.isDirty()} loading={save.isPending}>
                  {t("settings.save")}
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Section>
  );
}

function Phone({ sender }: { sender: Sender | null }) {
  const { t } = useTranslation();
  const phone = sender?.phone;
  if (!phone) return <Text size="sm">{t("settings.sending.noPhone")}</Text>;
  return (
    <dl className="facts">
      <dt>{t("settings.sending.numbers")}</dt>
      <dd>{phone.numbers.map(phoneNumber).join(", ")}</dd>
      <dt>{t("settings.sending.account")}</dt>
      <dd>{phone.account_sid}</dd>
      <dt>{t("settings.sending.keywords")}</dt>
      <dd>{t(`settings.sending.answeredBy.${phone.keywords_answered_by}`)}</dd>
    </dl>
  );
}

/** Without its token, the phone account that is stored stays. */
function bodyOf({ from_address, reply_to }: ReturnType<typeof fieldsOf>, sender: Sender | null): SenderBody {
  return { from_address: from_address || null, reply_to: reply_to || null, phone: sender?.phone ?? null };
}

function fieldsOf(sender: Sender | null) {
  return { from_address: sender?.from_address ?? "", reply_to: sender?.reply_to ?? "" };
}
