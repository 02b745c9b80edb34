// Words that are not saved: found again, or overtaken by a colleague's.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Template } from "../api/types";
import { When } from "../parts/When";
import type { DraftState } from "./useDraft";

export function Notices({ template, state }: { template: Template; state: DraftState }) {
  const { t } = useTranslation();
  if (state.overtaken)
    return (
      <Alert role="alert" color="red" title={t("templates.save.overtaken")}>
        <Text size="sm">
          <When at={template.updated_at} />. {t("templates.save.overtakenDetail")}
        </Text>
        <Group mt="sm" gap="xs">
          <Button variant="default" onClick={state.discard}>
            {t("templates.save.takeTheirs")}
          </Button>
          <Button variant="default" onClick={state.insist}>
            {t("templates.save.keepMine")}
          </Button>
        </Group>
      </Alert>
    );
  if (!state.found) return null;
  return (
    <Alert role="status" title={t("templates.save.found")}>
      <Text size="sm">{t("templates.save.foundDetail")}</Text>
      <Button mt="sm" variant="default" onClick={state.discard}>
        {t("templates.save.discard")}
      </Button>
    </Alert>
  );
}
