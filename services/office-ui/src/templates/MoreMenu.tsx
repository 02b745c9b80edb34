// What is done to a template now and then: copy it, take it out of use, put it back.
import { Alert, Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Refusal } from "../api/refusal";
import type { Template } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useDuplicate, type useStep } from "./queries";

interface Props {
  template: Template;
  dirty: boolean;
  onDiscard: () => void;
  archive: ReturnType<typeof useStep>;
  unarchive: ReturnType<typeof useStep>;
}

export function MoreMenu({ template, dirty, onDiscard, archive, unarchive }: Props) {
  const { t } = useTranslation();
  const [copying, { open, close }] = useDisclosure();
  const archived = template.state === "archived";
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default">{t("templates.more.open")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={open}>{t("templates.more.duplicate")}</Menu.Item>
          {dirty && <Menu.Item onClick={onDiscard}>{t("templates.save.discard")}</Menu.Item>}
          <Menu.Item disabled={dirty} onClick={() => (archived ? unarchive : archive).mutate(template)}>
            {archived ? t("templates.more.unarchive") : t("templates.more.archive")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={copying}
        onClose={close}
        title={t("templates.more.copyTitle")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <Copy template={template} onClose={close} />
      </Modal>
    </>
  );
}

function Copy({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const duplicate = useDuplicate(template.id);
  const [name, setName] = useState(t("templates.more.copyName", template).slice(0, 120));
  const [key] = useState(() => crypto.randomUUID());
  const copy = () =>
    duplicate.mutate(
      { name: name.trim(), key },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate(`/templates/${id}`);
        },
      },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        copy();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          required
          maxLength={120}
          label={t("templates.new.name")}
          description={t("templates.more.copyHint")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {duplicate.isError && <Trouble error={duplicate.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" disabled={!name.trim()} loading={duplicate.isPending}>
            {t("templates.more.copy")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const isInUse = (error: Error) => error instanceof Refusal && error.slug === "template-in-use";

/** What became of it, and the way back; a template that is in use stays, and it is said by what. */
export function Shelved({ template, archive, unarchive }: Omit<Props, "dirty" | "onDiscard">) {
  const { t } = useTranslation();
  const rules = template.used_by.filter(({ active }) => active);
  if (unarchive.isError) return <Trouble error={unarchive.error} />;
  if (archive.isError && !isInUse(archive.error)) return <Trouble error={archive.error} />;
  if (archive.isError)
    return (
      <Alert role="alert" color="red" title={t("templates.more.inUse")}>
        <Text size="sm">{t("templates.more.inUseDetail")}</Text>
        <ul>
          {rules.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      </Alert>
    );
  if (template.state !== "archived") return null;
  return (
    <Alert role="status" color="gray" title={t("templates.more.archivedNow")}>
      <Group justify="space-between">
        <Text size="sm">{t("templates.more.archivedDetail")}</Text>
        <Button
          variant="default"
          onClick={() => {
            archive.reset();
            unarchive.mutate(template);
          }}
          loading={unarchive.isPending}
        >
          {archive.isSuccess ? t("templates.more.undo") : t("templates.more.unarchive")}
        </Button>
      </Group>
    </Alert>
  );
}
