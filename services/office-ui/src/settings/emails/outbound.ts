// The outbound setting of one email and one kind of customer: what of its rules has to change, and how it is undone.
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Outbound, Rule, RuleBody, RuleOnBoard } from "../../api/types";
import { useChangeRule } from "../rules/queries";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import type { Kind } from "./EmailsPage";

type Part = Pick<RuleBody, "active" | "customer_kinds">;
interface Change {
  rule: RuleOnBoard;
  to: Part;
}

export function useSetOutbound(setting: Outbound, kind: Kind) {
  const { t } = useTranslation();
  const done = useOffer();
  const change = useChangeRule();
  const apply = async (changes: { rule: { id: string; version: number }; to: Part }[]) => {
    const after: Rule[] = [];
    for (const { rule, to } of changes) after.push(await change.mutateAsync({ rule, change: to }));
    return after;
  };
  const save = useMutation({
    mutationFn: ({ changes }: { on: boolean; changes: Change[] }) => apply(changes),
  });
  const set = (on: boolean) => {
    const changes = needed(setting.rules, kind, on);
    const words = t(on ? "settings.emails.nowOn" : "settings.emails.nowOff", {
      title: setting.title,
      kind: t(`customers.${kind}`),
    });
    whenDone(save.mutateAsync({ on, changes }), (after) =>
      done({
        words,
        undo: () => apply(after.map((rule, index) => ({ rule, to: partOf(changes[index]?.rule ?? rule) }))),
      }),
    );
  };
  return { set, save };
}

/** The one that is switched on for a kind: its own, or else the only one there is. Of several none is guessed. */
export function candidate(rules: RuleOnBoard[], kind: Kind): RuleOnBoard | undefined {
  const plain = rules.filter(({ tags }) => tags.length === 0);
  const own = plain.filter(({ customer_kinds }) => customer_kinds.includes(kind));
  const [first, ...more] = own.length > 0 ? own : plain;
  return more.length === 0 ? first : undefined;
}

/** On: one rule is for this kind, too. Off: no rule is. */
function needed(rules: RuleOnBoard[], kind: Kind, on: boolean): Change[] {
  if (on) {
    const rule = candidate(rules, kind);
    if (!rule) return [];
    const kinds = rule.active ? [...new Set([...rule.customer_kinds, kind])] : [kind];
    return [{ rule, to: { active: true, customer_kinds: kinds } }];
  }
  return rules
    .filter((rule) => rule.active && rule.customer_kinds.includes(kind))
    .map((rule) => {
      const others = rule.customer_kinds.filter((each) => each !== kind);
      return { rule, to: others.length > 0 ? { active: true, customer_kinds: others } : off(rule) };
    });
}

function off(rule: RuleOnBoard): Part {
  return { ...partOf(rule), active: false };
}

function partOf({ active, customer_kinds }: Part): Part {
  return { active, customer_kinds };
}
