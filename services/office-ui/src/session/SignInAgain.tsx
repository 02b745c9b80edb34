// Over a page whose session has ended: what is typed below stays, and what was asked for goes on afterwards.
import { Button, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsLost, useSession } from "./useSession";

export function SignInAgain() {
  const { t } = useTranslation();
  const session = useSession();
  const lost = useIsLost();
  const [failed, setFailed] = useState(false);
  const again = () => {
    setFailed(false);
    session.signInAgain().catch(() => setFailed(true));
  };
  return (
    <Modal
      opened={lost}
      onClose={() => undefined}
      zIndex={1000} // over whatever else is open
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("session.ended")}
    >
      <Stack>
        <Text>{t("session.nothingLost")}</Text>
        {failed && <Text role="alert">{t("session.windowClosed")}</Text>}
        <Button onClick={again}>{t("session.signInAgain")}</Button>
      </Stack>
    </Modal>
  );
}
