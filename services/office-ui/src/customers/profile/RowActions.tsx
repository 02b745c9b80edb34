// Changes or removes a part of a customer; what was removed can be brought back.
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { useOffer } from "../../parts/Undo";
import { type Ask, useEdit } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

interface Props {
  customer: Customer;
  /** The part, as it is named to whoever can't see where the buttons stand. */
  what: string;
  onChange?: () => void;
  remove: Ask;
  restore: Ask;
  /** What is said once it is gone. */
  removed: string;
}

export function RowActions({ customer, what, onChange, remove, restore, removed }: Props) {
  const { t } = useTranslation();
  const edit = useEdit(customer.id);
  const offer = useOffer();
  const undo = () => edit.mutateAsync({ ask: restore });
  const go = async () => {
    await edit.mutateAsync({ ask: remove });
    offer({ words: removed, undo });
  };
  return (
    <>
      <Group gap={4}>
        {onChange && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t("customer.change", { what })}
            onClick={onChange}
          >
            {t("customer.changeIt")}
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={t("customer.remove", { what })}
          loading={edit.isPending}
          onClick={() => void go().catch(() => undefined)} // edit.error says why
        >
          {t("customer.removeIt")}
        </Button>
      </Group>
      <SaveTrouble error={edit.error} />
    </>
  );
}
