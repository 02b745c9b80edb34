// Filters under a name, as tabs. They are kept in this browser, for who is signed in.
import { Button, Group, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { type SubmitEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { useSession } from "../../session/useSession";

interface View {
  name: string;
  /** The address's filters. */
  search: string;
}

export function Views() {
  const { t } = useTranslation();
  const { id } = useSession();
  const { search } = useLocation();
  const [views, setViews] = useLocalStorage<View[]>({
    key: `fieldbell.customers.views.${id}`,
    defaultValue: [],
  });
  const current = views.find((view) => view.search === search);
  const others = views.filter((view) => view !== current);
  if (views.length === 0 && !search) return null;
  return (
    <nav className="tabs" aria-label={t("customers.views.title")}>
      {[{ name: t("customers.views.all"), search: "" }, ...views].map((view) => (
        <Link
          key={view.search}
          to={{ search: view.search }}
          aria-current={view.search === search ? "page" : undefined}
        >
          {view.name}
        </Link>
      ))}
      {current && (
        <Button variant="subtle" size="compact-sm" onClick={() => setViews(others)}>
          {t("customers.views.remove")}
        </Button>
      )}
      {search && !current && <Save onSave={(name) => setViews([...views, { name, search }])} />}
    </nav>
  );
}

function Save({ onSave }: { onSave: (name: string) => void }) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const [name, setName] = useState("");
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    onSave(name.trim());
    close();
  };
  return (
    <Popover
      opened={opened}
      onDismiss={close}
      position="bottom-start"
      trapFocus
      returnFocus
      shadow="md"
      width={280}
    >
      <Popover.Target>
        <Button variant="subtle" size="compact-sm" onClick={toggle}>
          {t("customers.views.save")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("customers.views.save")}>
        <form onSubmit={save}>
          <Stack gap="sm">
            <TextInput
              label={t("customers.views.name")}
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              required
              maxLength={40}
            />
            <Text size="sm" c="dimmed">
              {t("customers.views.here")}
            </Text>
            <Group>
              <Button type="submit" disabled={!name.trim()}>
                {t("customers.views.keep")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
