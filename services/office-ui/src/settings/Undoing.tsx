// One line at the foot of the page: what was just done, and Undo.
import { Button, CloseButton, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "../parts/Trouble";
import { type Done, DoneContext } from "./undo";

export function Undoing({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<Done | null>(null);
  const undo = useMutation({
    mutationFn: (what: Done) => what.undo?.() ?? Promise.resolve(),
    onSuccess: () => setDone({ said: t("settings.undone") }),
  });
  const tell = (what: Done) => {
    undo.reset();
    setDone(what);
  };
  return (
    <DoneContext value={tell}>
      {children}
      <div
        role="status"
        aria-label={t("settings.done")}
        className="done"
        data-shown={done ? true : undefined}
      >
        {done && (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{done.said}</Text>
            <Group wrap="nowrap" gap="xs">
              {done.undo && (
                <Button
                  variant="default"
                  size="compact-sm"
                  loading={undo.isPending}
                  onClick={() => undo.mutate(done)}
                >
                  {t("settings.undo")}
                </Button>
              )}
              <CloseButton aria-label={t("close")} onClick={() => setDone(null)} />
            </Group>
          </Group>
        )}
        {undo.isError && <Trouble error={undo.error} />}
      </div>
    </DoneContext>
  );
}
