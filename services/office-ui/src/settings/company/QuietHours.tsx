// When nobody is disturbed, and how often at most.
import { Group, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { SettingsForm } from "./SettingsForm";

export function QuietHours({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <SettingsForm
      title={t("settings.company.quietHours")}
      help={t("settings.company.quietHelp")}
      company={company}
      values={({ quiet_hours: { starts, ends, hold_email, urgent_passes } }) => ({
        starts: starts.slice(0, 5),
        ends: ends.slice(0, 5),
        hold_email,
        urgent_passes,
      })}
      changes={(quiet_hours) => ({ quiet_hours })}
    >
      {(form, wrong) => (
        <Stack gap="sm">
          <Group>
            <TextInput
              type="time"
              label={t("settings.company.from")}
              required
              {...form.getInputProps("starts")}
              error={wrong["quiet_hours.starts"]}
            />
            <TextInput
              type="time"
              label={t("settings.company.until")}
              required
              {...form.getInputProps("ends")}
              error={wrong["quiet_hours.ends"]}
            />
          </Group>
          <Switch
            label={t("settings.company.holdEmail")}
            {...form.getInputProps("hold_email", { type: "checkbox" })}
          />
          <Switch
            label={t("settings.company.urgentPasses")}
            {...form.getInputProps("urgent_passes", { type: "checkbox" })}
          />
        </Stack>
      )}
    </SettingsForm>
  );
}

export function Caps({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <SettingsForm
      title={t("settings.company.caps")}
      help={t("settings.company.capsHelp")}
      company={company}
      values={({ caps }) => ({ most: caps.per_recipient_per_day ?? "" })}
      changes={({ most }) => ({
        caps: { per_recipient_per_day: most === "" || most === undefined ? null : Number(most) },
      })}
    >
      {(form, wrong) => (
        <NumberInput
          label={t("settings.company.most")}
          placeholder={t("settings.company.noCap")}
          min={1}
          max={1000}
          allowDecimal={false}
          w={260}
          {...form.getInputProps("most")}
          error={wrong["caps.per_recipient_per_day"]}
        />
      )}
    </SettingsForm>
  );
}
