// What is to be done and what it costs, a row each.
import { Button, Group, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type LineWords, NO_LINE } from "./booking";

interface Props {
  lines: LineWords[];
  onChange: (lines: LineWords[]) => void;
  wrong: (field: string) => string | undefined;
}

const FIELDS = [
  { name: "description", label: "booking.description", mode: "text", flex: "3 1 14rem" },
  { name: "quantity", label: "booking.quantity", mode: "decimal", flex: "1 1 5rem" },
  { name: "unit_price", label: "booking.price", mode: "decimal", flex: "1 1 6rem" },
] as const;

export function LineFields({ lines, onChange, wrong }: Props) {
  const { t } = useTranslation();
  const put = (place: number, change: Partial<LineWords>) =>
    onChange(lines.map((line, n) => (n === place ? { ...line, ...change } : line)));
  return (
    <>
      {lines.map((line, n) => (
        <Group
          key={n}
          align="flex-start"
          role="group"
          aria-label={t("booking.line", { number: n + 1 })}
          mb="xs"
        >
          {FIELDS.map(({ name, label, mode, flex }) => (
            <TextInput
              key={name}
              label={t(label)}
              inputMode={mode}
              value={line[name]}
              error={wrong(`lines.${n}.${name}`)}
              onChange={({ currentTarget }) => put(n, { [name]: currentTarget.value })}
              style={{ flex }}
            />
          ))}
          <Button
            variant="subtle"
            mt={24}
            aria-label={t("booking.remove", { number: n + 1 })}
            onClick={() => onChange(lines.filter((_, other) => other !== n))}
          >
            ×
          </Button>
        </Group>
      ))}
      <Button variant="default" size="compact-sm" onClick={() => onChange([...lines, NO_LINE])}>
        {t("booking.add")}
      </Button>
    </>
  );
}
