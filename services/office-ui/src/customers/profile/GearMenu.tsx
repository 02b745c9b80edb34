// A gear beside what it is about; it opens the preferences.
import { ActionIcon, Popover, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Gear } from "./Gear";

export function GearMenu({ of, children }: { of: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-start" trapFocus returnFocus shadow="md" width={320}>
      <Popover.Target>
        <ActionIcon variant="default" size={32} aria-label={t("preferences.gear", { of })}>
          <Gear />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("preferences.gear", { of })}>
        <Stack gap="sm">
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
            {t("preferences.what", { of })}
          </Text>
          {children}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
