// A request in its list: who asks for what, in whose words, and the answer or the ways to give one.
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { NameOf } from "../customers/CustomerName";
import { Dot } from "../parts/Dot";
import { When } from "../parts/When";

const COLOURS = { open: "var(--fb-waiting)", yes: "var(--fb-good)", no: "var(--fb-quiet)" };

export type Standing = keyof typeof COLOURS;

/** What a list gives to each of its requests. */
export interface AskedProps<Request> {
  request: Request;
  customer: string | undefined;
  onAnswer: (yes: boolean) => void;
}

interface Props {
  customerId: string;
  customer: string | undefined;
  at: string;
  standing: Standing;
  /** Why not, where that was said. */
  reason?: string | null | undefined;
  words?: string | null | undefined;
  onAnswer: (yes: boolean) => void;
  yes: string;
  no: string;
  children: ReactNode;
}

export function Asked(props: Props) {
  const { customerId, customer, at, standing, reason, words, onAnswer, yes, no, children } = props;
  const { t } = useTranslation();
  const named = (what: string) => t("requests.of", { what, who: customer ?? "…" });
  return (
    <li>
      <div>
        <Link to={`/customers/${customerId}`}>
          <NameOf name={customer} />
        </Link>{" "}
        <span className="quiet">
          · <When at={at} />
        </span>
        {words && <q>{words}</q>}
        <div>{children}</div>
        {standing !== "open" && (
          <div>
            <Dot colour={COLOURS[standing]}>{t(`requests.standing.${standing}`)}</Dot>
            {reason && <span className="quiet"> · {reason}</span>}
          </div>
        )}
      </div>
      {standing === "open" && (
        <Group gap="xs">
          <Button size="compact-sm" variant="light" aria-label={named(yes)} onClick={() => onAnswer(true)}>
            {yes}
          </Button>
          <Button size="compact-sm" variant="default" aria-label={named(no)} onClick={() => onAnswer(false)}>
            {no}
          </Button>
        </Group>
      )}
    </li>
  );
}
