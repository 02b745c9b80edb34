// A new status, last in the order.
import { Button, Group, Stack, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StatusEntry } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { flawOf, flaws } from "../flaws";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { type NewStatus, useAddStatus, useEditStatus } from "./queries";
import { StatusFields } from "./StatusFields";

const BLANK: NewStatus = {
  name: "",
  colour: "#0b6b7d",
  closes: false,
  allow_tech_skip: false,
  hold_seconds: 0,
};

export function NewStatusForm({ onAdded }: { onAdded: (status: StatusEntry) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const done = useOffer();
  const add = useAddStatus();
  const edit = useEditStatus();
  const form = useForm({ initialValues: BLANK });
  const wrong = { ...flaws(add.error), ...flawOf(add.error, { "status-name-taken": "name" }) };
  if (!open) {
    return (
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("settings.board.add")}
      </Button>
    );
  }

  const save = (body: NewStatus) =>
    whenDone(add.mutateAsync(body), (status) => {
      form.reset();
      setOpen(false);
      onAdded(status);
      done({
        words: t("settings.board.added", { name: status.name }),
        undo: () => edit.mutateAsync({ status, edit: { active: false } }),
      });
    });

  return (
    <form className="card" style={{ flex: "1 1 100%" }} onSubmit={form.onSubmit(save)}>
      <Stack>
        <Title order={3} size="h5">
          {t("settings.board.add")}
        </Title>
        <StatusFields form={form} wrong={wrong} />
        {add.isError && Object.keys(wrong).length === 0 && <Trouble error={add.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setOpen(false)}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t("settings.board.addIt")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
