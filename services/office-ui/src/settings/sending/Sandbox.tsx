// Sandbox mode: while it is on, nobody but a list is reached, and all is logged as if sent.
import { Stack, Switch, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { SettingsForm } from "../company/SettingsForm";

export function Sandbox({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <SettingsForm
      title={t("settings.sending.sandbox")}
      help={t("settings.sending.sandboxHelp")}
      company={company}
      values={({ sandbox }) => ({ on: sandbox.on, list: sandbox.allow_list.join("\n") })}
      changes={({ on, list }) => ({
        sandbox: { ...(on !== undefined && { on }), ...(list !== undefined && { allow_list: lines(list) }) },
      })}
    >
      {(form, wrong) => (
        <Stack gap="sm">
          <Switch
            label={t("settings.sending.sandboxOn")}
            {...form.getInputProps("on", { type: "checkbox" })}
          />
          <Textarea
            label={t("settings.sending.allowList")}
            description={t("settings.sending.allowListHelp")}
            autosize
            minRows={2}
            {...form.getInputProps("list")}
            error={Object.values(wrong)[0]}
          />
        </Stack>
      )}
    </SettingsForm>
  );
}

function lines(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
