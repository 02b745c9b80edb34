// Cards on file: their last four digits, and which one is the default.
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";

type CardList = Customer["cards"];

interface Props {
  cards: CardList;
  onChange: (cards: CardList) => void;
}

export function Cards({ cards, onChange }: Props) {
  const { t } = useTranslation();
  const put = (nth: number, change: Partial<CardList[number]>) =>
    onChange(cards.map((card, at) => (at === nth ? { ...card, ...change } : card)));
  const only = (nth: number, on: boolean) =>
    onChange(cards.map((card, at) => ({ ...card, default: on && at === nth })));
  return (
    <fieldset className="plain">
      <legend>{t("customer.cards")}</legend>
      {cards.map((card, nth) => (
        <Group key={nth} gap="sm" mb="xs" align="center">
          <TextInput
            aria-label={t("customer.lastFour")}
            placeholder="0000"
            value={card.last_four}
            onChange={({ currentTarget }) => put(nth, { last_four: currentTarget.value })}
            inputMode="numeric"
            pattern="[0-9]{4}"
            maxLength={4}
            required
            w="6rem"
          />
          <Checkbox
            label={t("customer.isDefault")}
            checked={card.default}
            onChange={({ currentTarget }) => only(nth, currentTarget.checked)}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t("customer.removeCard", { digits: card.last_four })}
            onClick={() => onChange(cards.filter((_, at) => at !== nth))}
          >
            {t("customer.removeIt")}
          </Button>
        </Group>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => onChange([...cards, { last_four: "", default: cards.length === 0 }])}
      >
        {t("customer.addCard")}
      </Button>
    </fieldset>
  );
}
