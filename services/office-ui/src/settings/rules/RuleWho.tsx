// To whom: all customers, or those of some kinds, of a region, with a tag.
import { Checkbox, Group, NativeSelect, Stack, TagsInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCompany } from "../company/queries";
import type { RuleParts } from "./parts";

const KINDS = ["residential", "commercial"] as const;

export function RuleWho({ form, wrong }: RuleParts) {
  const { t } = useTranslation();
  const regions = useCompany().data?.regions ?? [];
  const { region_id } = form.values;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("settings.rule.whoHelp")}
      </Text>
      <Checkbox.Group
        label={t("settings.rule.kinds")}
        {...form.getInputProps("customer_kinds")}
        error={wrong.customer_kinds}
      >
        <Group mt={6}>
          {KINDS.map((kind) => (
            <Checkbox key={kind} value={kind} label={t(`customers.${kind}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group align="flex-start">
        <NativeSelect
          label={t("settings.rule.region")}
          style={{ flex: "1 1 14rem" }}
          value={region_id ?? ""}
          onChange={({ currentTarget }) => form.setFieldValue("region_id", currentTarget.value || null)}
          error={wrong.region_id}
        >
          <option value="">{t("settings.rule.everywhere")}</option>
          {regions.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {region_id && !regions.some(({ id }) => id === region_id) && (
            <option value={region_id}>{t("settings.regions.gone")}</option>
          )}
        </NativeSelect>
        <TagsInput
          label={t("settings.rule.tags")}
          description={t("settings.rule.tagsHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          style={{ flex: "1 1 14rem" }}
          maxTags={50}
          {...form.getInputProps("tags")}
          error={wrong.tags}
        />
      </Group>
    </Stack>
  );
}
