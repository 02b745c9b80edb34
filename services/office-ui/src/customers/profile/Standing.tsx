// Blocks, archives and erases a customer; all but the last can be undone.
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { useOffer } from "../../parts/Undo";
import { useSession } from "../../session/useSession";
import { put, type Standing } from "../asks";
import { useEdit } from "../changing";

const OPPOSITE: Record<Standing, Standing> = {
  block: "unblock",
  unblock: "block",
  archive: "unarchive",
  unarchive: "archive",
};

/** Puts a customer into a standing, and offers the way back. */
export function useStanding(customer: Customer) {
  const { t } = useTranslation();
  const edit = useEdit(customer.id);
  const offer = useOffer();
  const go = (standing: Standing) =>
    edit.mutate(
      { ask: put(standing) },
      {
        onSuccess: () =>
          offer({
            words: t(`customer.done.${standing}`),
            undo: () => edit.mutateAsync({ ask: put(OPPOSITE[standing]) }),
          }),
      },
    );
  return { go, pending: edit.isPending, error: edit.error };
}

interface Props {
  customer: Customer;
  standing: ReturnType<typeof useStanding>;
  onErase: () => void;
}

export function StandingMenu({ customer, standing, onErase }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const ways: Standing[] = [
    customer.blocked ? "unblock" : "block",
    customer.archived ? "unarchive" : "archive",
  ];
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" loading={standing.pending}>
          {t("customer.more")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ways.map((way) => (
          <Menu.Item key={way} onClick={() => standing.go(way)}>
            {t(`customer.${way}`)}
          </Menu.Item>
        ))}
        {session.has("admin") && (
          <Menu.Item c="var(--mantine-color-error)" onClick={onErase}>
            {t("customer.erase")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
