// One message: what is sent, when and to whom; changed, or made new.
import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { Rule, RuleBody } from "../../api/types";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useStatuses } from "../../jobs/queries";
import { isTrigger, triggerWords } from "../../words/triggers";
import { CHANNELS } from "../board/Cells";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { Occasion } from "./Occasion";
import { newRule, useAddRule, useChangeRule, useRule } from "./queries";
import { RuleEditor } from "./RuleEditor";
import { firstTiming, isReminder } from "./timing";

export function RulePage() {
  const { id = "" } = useParams();
  const rule = useRule(id);
  if (rule.isPending) return <Waiting />;
  if (rule.isError) return <Trouble error={rule.error} retry={() => void rule.refetch()} />;
  return <Opened key={id} rule={rule.data} />;
}

/** Saved as a change of what the form stood on: where a colleague was quicker, nothing is overwritten. */
function Opened({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const done = useOffer();
  const save = useChangeRule();
  const change = (body: RuleBody, from: Rule, saved: (rule: Rule) => void) =>
    whenDone(save.mutateAsync({ rule: from, change: body }), (after) => {
      saved(after);
      done({
        words: t("settings.rule.saved", { name: after.name }),
        undo: () => save.mutateAsync({ rule: after, change: from }),
      });
    });
  return (
    <>
      <PageHead title={rule.name} />
      <About rule={rule} />
      <RuleEditor
        id={rule.id}
        rule={rule}
        onSave={(body, from, saved) => change(body, "version" in from ? from : rule, saved)}
        save={save}
      />
    </>
  );
}

function About({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const { channel, trigger, status_id } = rule;
  const status = useStatuses().data?.find(({ id }) => id === status_id);
  const place = isReminder(trigger) ? "reminders" : "messages";
  return (
    <Text size="sm" mb="md">
      <Link to={`/settings/${place}`}>{t(`settings.places.${place}`)}</Link> · {t(`channel.${channel}`)} ·{" "}
      {status ? t("settings.rule.statusSet", { status: status.name }) : triggerWords(trigger, t)}
    </Text>
  );
}

/** What it is for is in the address. */
export function NewRulePage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const done = useOffer();
  const add = useAddRule();
  const off = useChangeRule();
  const asked = query.get("trigger") ?? "";
  const trigger = isTrigger(asked) ? asked : "status_set";
  const channel = CHANNELS.find((each) => each === query.get("channel")) ?? "email";
  const place = { trigger, channel, statusId: query.get("status"), regionId: query.get("region") };
  const [typed, setTyped] = useState<RuleBody>();
  const start = { ...newRule(place, query.get("name") ?? ""), timing: firstTiming(trigger) };
  const rule = typed ? carried(start, typed) : start;
  const save = (body: RuleBody) =>
    whenDone(add.mutateAsync(body), (made) => {
      void navigate(`/settings/rules/${made.id}`, { replace: true });
      done({
        words: t("settings.rule.added", { name: made.name }),
        undo: () => off.mutateAsync({ rule: made, change: { active: false } }),
      });
    });
  return (
    <>
      <PageHead title={t("settings.rule.new")} />
      <Occasion place={place} />
      <RuleEditor key={query.toString()} rule={rule} onSave={save} onTyped={setTyped} save={add} />
    </>
  );
}

/** What was typed for another occasion or channel, as far as it fits this one. */
function carried(start: RuleBody, typed: RuleBody): RuleBody {
  const { trigger, channel, status_id } = start;
  return {
    ...typed,
    ...{ trigger, channel, status_id },
    ...(typed.channel !== channel && { template_id: "", attach_report: null }),
    ...(typed.trigger !== trigger && { timing: start.timing }),
  } as RuleBody;
}
