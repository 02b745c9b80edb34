// A test to oneself, by the way that customers' messages go (G10).
import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Template, TestMessage } from "../api/types";
import { reasonWords } from "../deliveries/standing";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import type { OccasionState } from "./occasion";
import { useSendTest } from "./trying";

interface Props {
  template: Template;
  occasion: OccasionState;
  locale: string;
  dirty: boolean;
}

export function SendTest(props: Props) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("templates.test.open")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("templates.test.title")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <Form {...props} />
      </Modal>
    </>
  );
}

function Form({ template, occasion, locale, dirty }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const own = template.channel === "email" ? (session.email ?? "") : "";
  const [to, setTo] = useState(own);
  const send = useSendTest(template);
  const mayChoose = session.has("admin");
  if (!template.published_version) return <Text>{t("templates.test.never")}</Text>;
  if (template.state === "archived") return <Text>{t("templates.test.archived")}</Text>;
  if (!mayChoose && !own) return <Text>{t("templates.test.notOwn")}</Text>;
  const submit = () => {
    const tried = {
      channel: template.channel,
      trigger: occasion.trigger,
      locale,
      job: occasion.job?.id ?? null,
    };
    const address = template.channel === "email" ? to.trim() : to.replace(/[^\d+]/g, "");
    send.mutate({ ...tried, to: mayChoose ? address : null });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Text size="sm">
          {t("templates.test.what")} {t("templates.test.version", { number: template.published_version })}{" "}
          {(dirty || template.changed_since_published) && t("templates.test.changed")}
        </Text>
        {mayChoose ? (
          <TextInput
            data-autofocus
            required
            type={template.channel === "email" ? "email" : "tel"}
            label={template.channel === "email" ? t("templates.test.email") : t("templates.test.phone")}
            description={template.channel === "email" ? undefined : t("templates.test.phoneHint")}
            value={to}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
        ) : (
          <Text size="sm">{t("templates.test.own", { email: own })}</Text>
        )}
        {send.isError && <Trouble error={send.error} />}
        {send.isSuccess && <Sent test={send.data} />}
        <Group justify="flex-end">
          <Button type="submit" loading={send.isPending}>
            {t("templates.test.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Sent({ test }: { test: TestMessage }) {
  const { t } = useTranslation();
  const goes = test.state === "queued";
  const title = goes
    ? t("templates.test.sent", { to: test.masked_address ?? "" })
    : t("templates.test.notSent");
  return (
    <Alert role="status" color={goes ? "petrol" : "red"} title={title}>
      {test.explanation && !goes && <Text size="sm">{reasonWords(test.explanation)}</Text>}
      <Anchor component={Link} to={`/deliveries/${test.id}`} size="sm">
        {t("templates.test.see")}
      </Anchor>
    </Alert>
  );
}
