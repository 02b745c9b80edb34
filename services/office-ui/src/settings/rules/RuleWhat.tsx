// What is sent: on which occasion, by which channel, in which words, and what goes along.
import { Group, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useTemplates } from "./queries";
import type { RuleParts } from "./parts";

const REPORTS = ["work_order", "estimate", "invoice"] as const;

export function RuleWhat({ form, wrong }: RuleParts) {
  const { t } = useTranslation();
  const { channel, template_id } = form.values;
  const templates = (useTemplates().data ?? []).filter((each) => each.channel === channel);
  const missing = template_id && !templates.some(({ id }) => id === template_id);
  return (
    <Stack gap="sm">
      <Switch label={t("settings.rule.active")} {...form.getInputProps("active", { type: "checkbox" })} />
      <Group align="flex-start">
        <TextInput
          label={t("settings.rule.name")}
          description={t("settings.rule.nameHelp")}
          inputWrapperOrder={ORDER}
          required
          maxLength={100}
          style={{ flex: "1 1 14rem" }}
          {...form.getInputProps("name")}
          error={wrong.name}
        />
        <NativeSelect
          label={t("settings.rule.template")}
          required
          description={
            template_id && (
              <Link to={`/templates/${template_id}`} className="in-help">
                {t("settings.rule.editWords")}
              </Link>
            )
          }
          inputWrapperOrder={ORDER}
          style={{ flex: "1 1 14rem" }}
          {...form.getInputProps("template_id")}
          error={form.errors.template_id ?? wrong.template_id}
        >
          <option value="">{t("settings.rule.chooseTemplate")}</option>
          {missing && <option value={template_id}>{t("settings.board.unknownTemplate")}</option>}
          {templates.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </NativeSelect>
        {channel === "email" && (
          <NativeSelect
            label={t("settings.rule.report")}
            style={{ flex: "1 1 14rem" }}
            {...form.getInputProps("attach_report")}
            value={form.values.attach_report ?? ""}
            onChange={({ currentTarget }) =>
              form.setFieldValue(
                "attach_report",
                REPORTS.find((each) => each === currentTarget.value) ?? null,
              )
            }
            error={wrong.attach_report}
          >
            <option value="">{t("settings.rule.noReport")}</option>
            {REPORTS.map((report) => (
              <option key={report} value={report}>
                {t(`settings.rule.reports.${report}`)}
              </option>
            ))}
          </NativeSelect>
        )}
      </Group>
    </Stack>
  );
}

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];
