// What can be done with a message: send it again once it has ended and may go, or stop it while it waits.
import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliveryDetail } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useCancel, useResend } from "./acting";
import { reasonWords, standing } from "./standing";

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
  const never = standing(delivery) === "quiet";
  const { how, why_not } = delivery.resend;
  return (
    <Stack gap="xs">
      {delivery.state === "unknown" && how.length > 0 && <Text size="sm">{t("resend.mayBeThere")}</Text>}
      <Group>
        {how.length > 0 && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="default" loading={resend.isPending}>
                {t(never ? "resend.afterAll" : "resend.again")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {how.map((way) => (
                <Menu.Item key={way} onClick={() => resend.mutate(way)}>
                  {t(`resend.${way}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        {copy && (
          <Text size="sm" role="status">
            {t("resend.queued")} <Link to={`/deliveries/${copy.id}`}>{t("resend.see")}</Link>
          </Text>
        )}
      </Group>
      {why_not && (
        <Text size="sm">
          {t(never ? "resend.notAfterAll" : "resend.notAgain", { why: reasonWords(why_not) })}
        </Text>
      )}
      {resend.isError && <Trouble error={resend.error} />}
    </Stack>
  );
}
