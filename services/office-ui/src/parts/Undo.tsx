// What was just done, and the way back; it stays until the next thing is done.
import { Button, CloseButton, Group, Paper, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useState } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "./Trouble";
import "./undo.css";

interface Done {
  words: string;
  /** None where there is no way back. */
  undo?: () => unknown;
}

const Offering = createContext<(done: Done) => void>(() => undefined);

/** Tells of something done below an `Undoable`. */
export function useOffer(): (done: Done) => void {
  return use(Offering);
}

export function Undoable({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [offered, setOffered] = useState<{ done: Done; nth: number }>();
  const offer = (done: Done) => setOffered((before) => ({ done, nth: (before?.nth ?? 0) + 1 }));
  return (
    <Offering value={offer}>
      {children}
      <div role="status" aria-label={t("justDone")} className="way-back">
        {offered && (
          <Told
            key={offered.nth}
            done={offered.done}
            onUndone={() => offer({ words: t("undone") })}
            onClose={() => setOffered(undefined)}
          />
        )}
      </div>
    </Offering>
  );
}

interface ToldProps {
  done: Done;
  onUndone: () => void;
  onClose: () => void;
}

function Told({ done, onUndone, onClose }: ToldProps) {
  const { t } = useTranslation();
  const undo = useMutation({ mutationFn: () => Promise.resolve(done.undo?.()), onSuccess: onUndone });
  return (
    <Paper withBorder shadow="md" px="md" py="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {done.words}
        </Text>
        <Group gap="xs" wrap="nowrap">
          {done.undo && (
            <Button
              variant="default"
              size="compact-sm"
              loading={undo.isPending}
              onClick={() => undo.mutate()}
            >
              {t("undo")}
            </Button>
          )}
          <CloseButton aria-label={t("close")} onClick={onClose} />
        </Group>
      </Group>
      {undo.isError && <Trouble error={undo.error} />}
    </Paper>
  );
}
