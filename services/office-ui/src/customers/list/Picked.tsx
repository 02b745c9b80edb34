// How many customers are picked, and what can be done with them.
import { Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Matching } from "../../api/types";
import type { useSelection } from "./selection";

const BulkEdit = lazy(async () => ({ default: (await import("../bulk/BulkEdit")).BulkEdit }));

interface Props {
  matching: Matching;
  picking: ReturnType<typeof useSelection>;
  /** Whether the whole list is loaded: then there is nobody else to pick. */
  whole: boolean;
}

export function Picked({ matching, picking, whole }: Props) {
  const { t } = useTranslation();
  const [editing, { open, close }] = useDisclosure();
  const { ids, everyone } = picking.selection;
  if (ids.size === 0 && !everyone) return null;
  const who = everyone ? { matching } : { ids: [...ids] };
  return (
    <div className="picked">
      <Group justify="space-between">
        <Text size="sm" fw={550} role="status">
          {everyone ? t("customers.select.all") : t("customers.select.some", { count: ids.size })}
        </Text>
        <Group gap="xs">
          {!everyone && !whole && (
            <Button variant="subtle" onClick={picking.pickEveryone}>
              {t("customers.select.everyone")}
            </Button>
          )}
          <Button variant="default" onClick={picking.clear}>
            {t("customers.select.clear")}
          </Button>
          <Button onClick={open}>{t("customers.select.edit")}</Button>
        </Group>
      </Group>
      <Suspense>{editing && <BulkEdit who={who} onClose={close} />}</Suspense>
    </div>
  );
}
