// When it goes: at once or after a status's hold, or, of reminders, so long before or after something.
import { Group, NativeSelect, NumberInput, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStatuses } from "../../jobs/queries";
import type { RuleParts } from "./parts";
import { isReminder } from "./timing";

export function RuleTiming({ form, wrong }: RuleParts) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      {isReminder(form.values.trigger) ? (
        <ReminderTime form={form} wrong={wrong} />
      ) : (
        <Hold statusId={form.values.status_id} />
      )}
      <Switch
        label={t("settings.rule.once")}
        description={t("settings.rule.onceHelp")}
        {...form.getInputProps("once_per_job", { type: "checkbox" })}
        error={wrong.once_per_job}
      />
      <Group align="flex-start">
        <NativeSelect
          label={t("settings.rule.lane")}
          description={t("settings.rule.laneHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          style={{ flex: "1 1 14rem" }}
          {...form.getInputProps("lane")}
          data={[
            { value: "normal", label: t("settings.rule.lanes.normal") },
            { value: "urgent", label: t("settings.rule.lanes.urgent") },
            { value: "bulk", label: t("settings.rule.lanes.bulk") },
          ]}
        />
        <NumberInput
          label={t("settings.rule.expires")}
          description={t("settings.rule.expiresHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          suffix={t("settings.rule.hours")}
          min={1}
          max={720}
          style={{ flex: "1 1 14rem" }}
          {...form.getInputProps("expires_after_hours")}
          error={wrong.expires_after_hours}
        />
      </Group>
    </Stack>
  );
}

function Hold({ statusId }: { statusId: string | null | undefined }) {
  const { t } = useTranslation();
  const status = useStatuses().data?.find(({ id }) => id === statusId);
  return (
    <Text size="sm">
      {status && status.hold_seconds > 0
        ? t("settings.rule.held", { seconds: status.hold_seconds, status: status.name })
        : t("settings.rule.atOnce")}
    </Text>
  );
}

function ReminderTime({ form, wrong }: RuleParts) {
  const { t } = useTranslation();
  const { trigger } = form.values;
  const timing = form.values.timing ?? { at: "10:00:00" };
  if (!isReminder(trigger)) return null;
  const ofVisits = trigger === "visit_reminder";
  const inHours = ofVisits && timing.hours_before != null;
  const set = (change: Partial<typeof timing>) => form.setFieldValue("timing", { ...timing, ...change });
  const number = (value: string | number) => (value === "" ? null : Number(value));
  const days = ofVisits ? timing.days_before : timing.days_after;
  return (
    <>
      <Group align="flex-end">
        <NumberInput
          label={t(`settings.rule.count.${trigger}`)}
          min={1}
          max={inHours ? 336 : ofVisits ? 90 : 365}
          allowDecimal={false}
          w={150}
          value={(inHours ? timing.hours_before : days) ?? ""}
          onChange={(value) =>
            set(
              inHours
                ? { hours_before: number(value) }
                : ofVisits
                  ? { days_before: number(value) }
                  : { days_after: number(value) },
            )
          }
        />
        {ofVisits && (
          <NativeSelect
            aria-label={t("settings.rule.unit")}
            value={inHours ? "hours" : "days"}
            onChange={({ currentTarget }) =>
              set(
                currentTarget.value === "hours"
                  ? { hours_before: 2, days_before: null }
                  : { hours_before: null, days_before: 1 },
              )
            }
            data={[
              { value: "days", label: t("settings.rule.days") },
              { value: "hours", label: t("settings.rule.hoursUnit") },
            ]}
          />
        )}
        {!inHours && (
          <TextInput
            type="time"
            label={t("settings.rule.at")}
            required
            value={timing.at.slice(0, 5)}
            onChange={({ currentTarget }) => set({ at: `${currentTarget.value}:00` })}
          />
        )}
        {(trigger === "estimate_reminder" || trigger === "invoice_reminder") && (
          <>
            <NumberInput
              label={t("settings.rule.every")}
              placeholder={t("settings.rule.never")}
              min={1}
              max={365}
              w={150}
              value={timing.every_days ?? ""}
              onChange={(value) => set({ every_days: number(value), ...(value === "" && { at_most: null }) })}
            />
            <NumberInput
              label={t("settings.rule.atMost")}
              placeholder={t("settings.rule.noLimit")}
              min={1}
              max={100}
              w={150}
              disabled={timing.every_days == null}
              value={timing.at_most ?? ""}
              onChange={(value) => set({ at_most: number(value) })}
            />
          </>
        )}
      </Group>
      {Object.entries(wrong)
        .filter(([field]) => field.startsWith("timing"))
        .map(([field, sentence]) => (
          <Text key={field} size="sm" c="var(--mantine-color-error)" role="alert">
            {sentence}
          </Text>
        ))}
      <Text size="sm" c="dimmed">
        {t("settings.rule.clock")}
      </Text>
    </>
  );
}
