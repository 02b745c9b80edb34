// What others saved meanwhile in fields that were changed here: what stands here replaces it once it is saved.
import { Alert, List } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  values: Record<string, unknown>;
  /** What fields are called whose values say nothing to people. */
  names?: Record<string, string>;
}

export function Theirs({ values, names }: Props) {
  const { t } = useTranslation();
  const said = Object.entries(values).map(([field, value]) => [field, words(value)] as const);
  if (said.length === 0) return null;
  const asText = (value: string) =>
    value === "on" || value === "off" ? t(`settings.theirs.${value}`) : `“${value}”`;
  return (
    <Alert color="yellow" role="alert" title={t("settings.theirs.title")}>
      {t(names ? "settings.theirs.fields" : "settings.theirs.help")}
      <List size="sm" mt="xs">
        {said.map(([field, value]) => (
          <List.Item key={field}>
            {names ? names[field] : value === "" ? t("settings.theirs.nothing") : asText(value)}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function words(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "number"
    ? String(value)
    : typeof value === "string"
      ? value.replaceAll("\n", ", ")
      : "";
}
