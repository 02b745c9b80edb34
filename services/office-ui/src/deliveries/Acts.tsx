// What can be done with a message: send it again once it has ended, or stop it while it waits.
import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliveryDetail } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useCancel, useResend } from "./acting";
import { standing } from "./standing";

export function Acts({ delivery }: { delivery: DeliveryDetail }) {
  if (delivery.test) return null;
  return standing(delivery) === "waiting" ? <Stop delivery={delivery} /> : <Again delivery={delivery} />;
}

function Stop({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const cancel = useCancel(delivery.id);
  return (
    <Stack gap="xs">
      <Group>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t("resend.cancel")}
        </Button>
      </Group>
      {cancel.isError && <Trouble error={cancel.error} />}
    </Stack>
  );
}

function Again({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const resend = useResend(delivery.id, delivery.copies.length);
  const copy = resend.data?.delivery;
  return (
    <Stack gap="xs">
      {delivery.state === "unknown" && <Text size="sm">{t("resend.mayBeThere")}</Text>}
      <Group>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" loading={resend.isPending}>
              {t("resend.again")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {delivery.content && (
              <Menu.Item onClick={() => resend.mutate("as_it_was")}>{t("resend.as_it_was")}</Menu.Item>
            )}
            <Menu.Item onClick={() => resend.mutate("fresh")}>{t("resend.fresh")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {copy && (
          <Text size="sm" role="status">
            {t("resend.queued")} <Link to={`/deliveries/${copy.id}`}>{t("resend.see")}</Link>
          </Text>
        )}
      </Group>
      {resend.isError && <Trouble error={resend.error} />}
    </Stack>
  );
}
