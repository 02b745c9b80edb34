// The name of a page, as its heading and as the browser's title.
import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" mb="md">
      <title>{`${title} · Fieldbell`}</title>
      <Title order={1} style={{ overflowWrap: "anywhere" }}>
        {title}
      </Title>
      {children}
    </Group>
  );
}
