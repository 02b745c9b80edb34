// Where two messages meet, in plain words, each with ways to mend it.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Board, BoardWarning, RuleOnBoard } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { useChangeRule } from "../rules/queries";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";

export function Warnings({ board }: { board: Board }) {
  const { t } = useTranslation();
  if (board.warnings.length === 0) return null;
  const rules = new Map(rulesOf(board).map((rule) => [rule.id, rule]));
  return (
    <section aria-label={t("settings.warnings.title")}>
      <ul className="plain warnings">
        {board.warnings.map((warning) => (
          <li key={warning.rule_ids.join()}>
            <Warning warning={warning} rules={warning.rule_ids.flatMap((id) => rules.get(id) ?? [])} />
          </li>
        ))}
      </ul>
      {board.warnings_left_off > 0 && (
        <Text size="sm">{t("settings.warnings.more", { count: board.warnings_left_off })}</Text>
      )}
    </section>
  );
}

function Warning({ warning, rules }: { warning: BoardWarning; rules: RuleOnBoard[] }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const change = useChangeRule();
  const off = (rule: RuleOnBoard) =>
    whenDone(change.mutateAsync({ rule, change: { active: false } }), (after) =>
      done({
        words: t("settings.rule.nowOff", { name: rule.name }),
        undo: () => change.mutateAsync({ rule: after, change: { active: true } }),
      }),
    );
  return (
    <Alert
      color={warning.effect === "both_sent" ? "yellow" : "gray"}
      title={t(`settings.warnings.${warning.effect}`)}
    >
      <Text size="sm">{warning.sentence}</Text>
      <Group mt="sm" gap="xs">
        {mayChange &&
          rules.map((rule) => (
            <Button
              key={rule.id}
              variant="default"
              size="compact-sm"
              loading={change.isPending}
              onClick={() => off(rule)}
            >
              {t("settings.warnings.switchOff", { name: rule.name })}
            </Button>
          ))}
        {rules.map((rule) => (
          <Link key={rule.id} className="cell-more" to={`/settings/rules/${rule.id}`}>
            {t("settings.warnings.open", { name: rule.name })}
          </Link>
        ))}
      </Group>
      {change.isError && <Trouble error={change.error} />}
    </Alert>
  );
}

function rulesOf({ rows }: Board): RuleOnBoard[] {
  return rows.flatMap(({ channels }) => Object.values(channels).flat());
}
