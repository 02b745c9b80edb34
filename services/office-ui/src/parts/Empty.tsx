// There is nothing, why, and what to do.
import { Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({ children }: { children: ReactNode }) {
  return (
    <Text className="card" c="dimmed" ta="center" py="xl">
      {children}
    </Text>
  );
}
