// What a status is: its name, its colour, and what it does.
import { Group, NumberInput, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { NewStatus } from "./queries";

interface Props {
  form: UseFormReturnType<NewStatus>;
  wrong: Record<string, string>;
}

export function StatusFields({ form, wrong }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Group align="flex-start">
        <TextInput
          label={t("settings.status.name")}
          required
          maxLength={60}
          style={{ flex: "1 1 12rem" }}
          {...form.getInputProps("name")}
          error={wrong.name}
        />
        <TextInput
          type="color"
          label={t("settings.status.colour")}
          w={90}
          {...form.getInputProps("colour")}
          error={wrong.colour}
        />
        <NumberInput
          label={t("settings.status.hold")}
          description={t("settings.status.holdHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          suffix={t("settings.status.seconds")}
          min={0}
          max={86_400}
          allowDecimal={false}
          style={{ flex: "1 1 12rem" }}
          {...form.getInputProps("hold_seconds")}
          error={wrong.hold_seconds}
        />
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Switch
          label={t("settings.status.techSkip")}
          description={t("settings.status.techSkipHelp")}
          {...form.getInputProps("allow_tech_skip", { type: "checkbox" })}
        />
        <Switch
          label={t("settings.status.closes")}
          description={t("settings.status.closesHelp")}
          {...form.getInputProps("closes", { type: "checkbox" })}
          error={wrong.closes}
        />
      </SimpleGrid>
    </>
  );
}
