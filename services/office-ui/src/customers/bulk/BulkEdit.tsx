// Preferences of many customers: kept, on or off, with what that would change, and then how far it is.
import { Alert, Button, Checkbox, Drawer, Group, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Edit, Preference } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { useReturnFocus } from "../../parts/useReturnFocus";
import { useSession } from "../../session/useSession";
import { CONTACT_PREFERENCES, EMAIL_PREFERENCES } from "../list/chosen";
import { Choices } from "./Choices";
import { Progressing } from "./Progressing";
import { useApply, usePreview } from "./queries";

type Who = Pick<Edit, "ids" | "matching">;
export type Wanted = Partial<Record<Preference, boolean>>;

interface Props {
  who: Who;
  onClose: () => void;
}

export function BulkEdit({ who, onClose }: Props) {
  const { t } = useTranslation();
  const [chosen] = useState(who); // whatever is picked behind the drawer
  const apply = useApply();
  useReturnFocus();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={chosen.ids ? t("bulk.title", { count: chosen.ids.length }) : t("bulk.titleAll")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {apply.isSuccess ? <Progressing begun={apply.data} /> : <Choosing who={chosen} apply={apply} />}
    </Drawer>
  );
}

interface ChoosingProps {
  who: Who;
  apply: ReturnType<typeof useApply>;
}

function Choosing({ who, apply }: ChoosingProps) {
  const { t } = useTranslation();
  const session = useSession();
  const [set, setSet] = useState<Wanted>({});
  const [overwriting, setOverwriting] = useState(false);
  const says = overwriting || Object.keys(set).length > 0;
  const edit: Edit = { ...who, set, mode: overwriting ? "overwrite" : "change" };
  const [settled] = useDebouncedValue(set, 250);
  const preview = usePreview({ ...edit, set: settled });
  const seen = preview.data;
  const waits = preview.isFetching || settled !== set;
  const choose = (preference: Preference, on: boolean | undefined) => {
    const rest = Object.entries(set).filter(([each]) => each !== preference);
    setSet(Object.fromEntries(on === undefined ? rest : [...rest, [preference, on]]));
  };
  const choices = { set, overwriting, preview: seen, onChoose: choose };
  return (
    <Stack>
      <Choices title={t("bulk.emails")} preferences={EMAIL_PREFERENCES} {...choices} />
      <Choices title={t("bulk.contacts")} preferences={CONTACT_PREFERENCES} {...choices} />
      {session.has("admin") && (
        <Checkbox
          label={t("bulk.overwrite")}
          checked={overwriting}
          onChange={({ currentTarget }) => setOverwriting(currentTarget.checked)}
        />
      )}
      <Text size="sm" c="dimmed">
        {t("bulk.optedOut")}
      </Text>
      {preview.isError && <Trouble error={preview.error} retry={() => void preview.refetch()} />}
      {apply.isError && <Trouble error={apply.error} />}
      <Stack gap="xs" className="last">
        {overwriting && seen?.warning && <Alert color="red" title={seen.warning} />}
        <Text size="sm" role="status">
          {!seen || waits
            ? t("bulk.counting")
            : says
              ? t("bulk.affected", { count: seen.customers, changed: seen.changed })
              : `${who.matching ? t("bulk.matching", { count: seen.customers }) : ""} ${t("bulk.choose")}`}
        </Text>
        <Group>
          <Button
            {...(overwriting && { color: "red.9" })}
            disabled={!says || !seen || waits || seen.changed === 0}
            loading={apply.isPending}
            onClick={() => apply.mutate(edit)}
          >
            {!says || !seen || waits
              ? t("bulk.applyNone")
              : t(overwriting ? "bulk.replace" : "bulk.apply", { count: seen.customers })}
          </Button>
          {!overwriting && (
            <Text size="sm" c="dimmed">
              {t("bulk.undoable")}
            </Text>
          )}
        </Group>
      </Stack>
    </Stack>
  );
}
