// Reminders and follow-ups: those that go, those that are switched off, and more to choose from.
import { Button, Group, Menu, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Board, Preset, RuleOnBoard } from "../../api/types";
import { PageHead } from "../../parts/PageHead";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { Warnings } from "../board/Warnings";
import { newRule, useAddRule, useBoard, useChangeRule, usePresets } from "../rules/queries";
import { type Reminder, REMINDERS } from "../rules/timing";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";

export function RemindersPage() {
  const { t } = useTranslation();
  const board = useBoard();
  return (
    <>
      <PageHead title={t("settings.places.reminders")} />
      {board.isPending ? (
        <Waiting />
      ) : board.isError ? (
        <Trouble error={board.error} retry={() => void board.refetch()} />
      ) : (
        <Stack>
          <Warnings board={ofReminders(board.data)} />
          {REMINDERS.map((trigger) => (
            <OneKind key={trigger} trigger={trigger} rules={rulesOf(board.data, trigger)} />
          ))}
        </Stack>
      )}
    </>
  );
}

function OneKind({ trigger, rules }: { trigger: Reminder; rules: RuleOnBoardBy[] }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const sorted = rules.toSorted((a, b) => Number(b.rule.active) - Number(a.rule.active));
  return (
    <Section
      title={t(`settings.reminders.kinds.${trigger}`)}
      action={mayChange && <Add trigger={trigger} rules={rules} />}
    >
      {rules.length === 0 ? (
        <span className="quiet">{t("settings.reminders.none")}</span>
      ) : (
        <ul className="plain reminders">
          {sorted.map((each) => (
            <li key={each.rule.id}>
              <Reminder {...each} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Reminder({ rule, channel }: RuleOnBoardBy) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const change = useChangeRule();
  const active = change.isPending ? (change.variables.change.active ?? rule.active) : rule.active;
  const set = (on: boolean) =>
    whenDone(change.mutateAsync({ rule, change: { active: on } }), (after) =>
      done({
        words: t(on ? "settings.rule.nowOn" : "settings.rule.nowOff", { name: rule.name }),
        undo: () => change.mutateAsync({ rule: after, change: { active: !on } }),
      }),
    );
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Link to={`/settings/rules/${rule.id}`}>{rule.name}</Link>
          <div className="what-for">
            {t(`channel.${channel}`)} · {rule.when} · {rule.who.split("; ").at(-1)}
          </div>
        </div>
        <Switch
          aria-label={t("settings.reminders.send", { name: rule.name })}
          checked={active}
          disabled={!mayChange}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
      </Group>
      {change.isError && <Trouble error={change.error} />}
    </>
  );
}

function Add({ trigger, rules }: { trigger: Reminder; rules: RuleOnBoardBy[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useOffer();
  const presets = (usePresets().data ?? []).filter(
    (preset) => preset.trigger === trigger && !isThere(preset, rules),
  );
  const add = useAddRule();
  const off = useChangeRule();
  const take = ({ name, channel, template_id, timing }: Preset) =>
    whenDone(add.mutateAsync({ ...newRule({ trigger, channel }, name), template_id, timing }), (rule) =>
      done({
        words: t("settings.rule.added", { name }),
        undo: () => off.mutateAsync({ rule, change: { active: false } }),
      }),
    );
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default" size="compact-sm" loading={add.isPending}>
            {t("settings.reminders.add")}
            <span className="hidden"> {t(`settings.reminders.kinds.${trigger}`)}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {presets.map((preset) => (
            <Menu.Item key={preset.name} onClick={() => take(preset)}>
              {preset.name}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => void navigate(`/settings/rules/new?trigger=${trigger}&channel=email`)}>
            {t("settings.reminders.other")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {add.isError && <Trouble error={add.error} />}
    </>
  );
}

interface RuleOnBoardBy {
  rule: RuleOnBoard;
  channel: Preset["channel"];
}

function rulesOf({ rows }: Board, trigger: Reminder): RuleOnBoardBy[] {
  const found = rows.filter((row) => row.trigger === trigger);
  return found.flatMap(({ channels }) =>
    Object.entries(channels).flatMap(([channel, rules]) =>
      rules.map((rule) => ({ rule, channel: channel as Preset["channel"] })),
    ),
  );
}

/** The board with the warnings of reminders alone. */
function ofReminders(board: Board): Board {
  const ids = new Set(REMINDERS.flatMap((trigger) => rulesOf(board, trigger)).map(({ rule }) => rule.id));
  const warnings = board.warnings.filter(({ rule_ids }) => rule_ids.every((id) => ids.has(id)));
  return { ...board, warnings, warnings_left_off: 0 };
}

function isThere({ channel, timing }: Preset, rules: RuleOnBoardBy[]): boolean {
  return rules.some(
    (each) => each.channel === channel && JSON.stringify(each.rule.timing) === JSON.stringify(timing),
  );
}
