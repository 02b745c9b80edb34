// A new template: its name and its channel; the rest is written on its page.
import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Channel } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { firstWords } from "./draft";
import { useCreateTemplate } from "./queries";
import { CHANNELS } from "./TemplateList";

const LOCALE = "en";

interface Props {
  opened: boolean;
  onClose: () => void;
  channel: Channel;
}

export function NewTemplate({ opened, onClose, channel }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("templates.new.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Form first={channel} onClose={onClose} />
    </Modal>
  );
}

function Form({ first, onClose }: { first: Channel; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateTemplate();
  const [name, setName] = useState("");
  const [channel, setChannel] = useState<Channel>(first);
  const [key] = useState(() => crypto.randomUUID());
  const submit = () => {
    const called = name.trim();
    const body = {
      name: called,
      channel,
      default_locale: LOCALE,
      variants: { [LOCALE]: firstWords(channel, called) },
    };
    create.mutate(
      { ...body, key },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate(`/templates/${id}`);
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          required
          maxLength={120}
          label={t("templates.new.name")}
          description={t("templates.new.nameHint")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Radio.Group
          label={t("templates.new.channel")}
          value={channel}
          onChange={(value) => setChannel(CHANNELS.find((each) => each === value) ?? "email")}
        >
          <Stack gap="xs" mt="xs">
            {CHANNELS.map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`channel.${each}`)}
                description={t(`templates.channelHint.${each}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {create.isError && <Trouble error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" disabled={!name.trim()} loading={create.isPending}>
            {t("templates.new.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
