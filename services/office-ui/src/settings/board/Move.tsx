// Moves a status up and down, and keeps the focus where it was pressed.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Page, StatusEntry } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useOrderStatuses } from "./queries";

interface Props {
  status: StatusEntry;
  inUse: StatusEntry[];
}

export function Move({ status, inUse }: Props) {
  const { t } = useTranslation();
  const done = useOffer();
  const order = useOrderStatuses();
  const queries = useQueryClient();
  const pressed = useRef<HTMLButtonElement>(null);
  const at = inUse.findIndex(({ id }) => id === status.id);
  useEffect(() => {
    pressed.current?.focus();
    pressed.current = null;
  }, [at]);
  if (at < 0) return null;

  /** It alone is moved, in the order that there is by then. */
  const placed = (page: Page<StatusEntry> | undefined, to: number) => {
    const others = (page?.items.filter(({ active }) => active) ?? inUse).filter(({ id }) => id !== status.id);
    return others.toSpliced(to, 0, status);
  };
  const move = (by: -1 | 1, button: HTMLButtonElement) => {
    pressed.current = button;
    const wanted = placed(undefined, at + by);
    whenDone(order.mutateAsync(wanted), () =>
      done({
        words: t(by < 0 ? "settings.board.movedUp" : "settings.board.movedDown", { name: status.name }),
        undo: () => order.mutateAsync(placed(queries.getQueryData<Page<StatusEntry>>(["statuses"]), at)),
      }),
    );
  };

  return (
    <>
      <Button variant="default" disabled={at === 0} onClick={({ currentTarget }) => move(-1, currentTarget)}>
        {t("settings.board.up")}
      </Button>
      <Button
        variant="default"
        disabled={at === inUse.length - 1}
        onClick={({ currentTarget }) => move(1, currentTarget)}
      >
        {t("settings.board.down")}
      </Button>
      {order.isError && <Trouble error={order.error} />}
    </>
  );
}
