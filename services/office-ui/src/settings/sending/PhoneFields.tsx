// The account at Twilio that texts and calls go through.
import { NativeSelect, NumberInput, PasswordInput, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { SenderFields } from "./fields";

interface Props {
  form: UseFormReturnType<SenderFields>;
  wrong: Record<string, string>;
  isNew: boolean;
}

export function PhoneFields({ form, wrong, isNew }: Props) {
  const { t } = useTranslation();
  const numbers = Object.entries(wrong).find(([field]) => /^phone(\.numbers.*)?$/.test(field))?.[1];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput
        label={t("settings.sending.account")}
        placeholder="AC…"
        required
        {...form.getInputProps("account_sid")}
        error={shaped(wrong["phone.account_sid"], t("settings.sending.accountShape"))}
      />
      <PasswordInput
        label={t("settings.sending.token")}
        description={t(isNew ? "settings.sending.tokenNew" : "settings.sending.tokenKept")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("settings.sending.showToken") }}
        {...form.getInputProps("auth_token")}
        error={wrong["phone.auth_token"]}
      />
      <Textarea
        label={t("settings.sending.numbers")}
        description={t("settings.sending.numbersHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        autosize
        minRows={2}
        required
        {...form.getInputProps("numbers")}
        error={numbers}
      />
      <TextInput
        label={t("settings.sending.service")}
        description={t("settings.sending.serviceHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder="MG…"
        {...form.getInputProps("messaging_service_sid")}
        error={shaped(wrong["phone.messaging_service_sid"], t("settings.sending.serviceShape"))}
      />
      <NativeSelect
        label={t("settings.sending.keywords")}
        description={t("settings.sending.keywordsHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        {...form.getInputProps("keywords_answered_by")}
        data={(["twilio", "fieldbell"] as const).map((value) => ({
          value,
          label: t(`settings.sending.answeredBy.${value}`),
        }))}
      />
      <NumberInput
        label={t("settings.sending.rate")}
        description={t("settings.sending.rateHelp")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        min={0.1}
        max={1000}
        decimalScale={1}
        {...form.getInputProps("messages_per_second")}
        error={wrong["phone.messages_per_second"]}
      />
    </SimpleGrid>
  );
}

/** What the API says of a pattern nobody can read. */
function shaped(flaw: string | undefined, words: string): string | undefined {
  return flaw?.includes("pattern") ? words : flaw;
}
