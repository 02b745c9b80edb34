// A dialog for what customers may hear of: whether they do, and who, is said before it is done.
import { Button, Group, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { Telling } from "./Telling";
import { WhoGetsIt } from "./WhoGetsIt";

interface Props extends Pick<Parameters<typeof WhoGetsIt>[0], "ask" | "nobody"> {
  title: string;
  save: string;
  keep?: string;
  isFinal?: boolean;
  doing: { isPending: boolean; error: Error | null };
  /** Below who gets it, where somebody does. */
  hint?: string;
  onSave: (notify: boolean) => void;
  onClose: () => void;
  children?: ReactNode;
}

export function TellingDialog(props: Props) {
  const { title, save, keep, isFinal, doing, ask, nobody, hint, onSave, onClose, children } = props;
  const { t } = useTranslation();
  const [notify, setNotify] = useState(true);
  return (
    <Dialog onClose={onClose} title={title} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!doing.isPending) onSave(notify);
        }}
      >
        <Stack>
          {children}
          <Telling notify={notify} onChange={setNotify} />
          {notify && <WhoGetsIt ask={ask} nobody={nobody} />}
          {notify && hint && <span className="quiet">{hint}</span>}
          {doing.error && <Trouble error={doing.error} />}
          <Group justify="flex-end" className="last">
            <Button variant="default" onClick={onClose}>
              {keep ?? t("cancel")}
            </Button>
            <Button type="submit" loading={doing.isPending} {...(isFinal && { color: "red.9" })}>
              {save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
