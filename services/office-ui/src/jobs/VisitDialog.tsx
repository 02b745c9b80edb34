// A visit is planned, moved or called off, after it is said who will hear of it.
import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, Visit, VisitDraft } from "../api/types";
import { useChangeVisits, useTechnicians } from "./queries";
import { TellingDialog } from "./TellingDialog";
import { draftOf, flawsOf, NO_VISIT, VisitFields, type VisitFlaws, wordsOf } from "./VisitFields";
import { VisitTime } from "./VisitTime";

/** What is done to which visit; a planned one is not there yet. */
export type Plan = { what: "plan" } | { what: "move" | "callOff"; visit: Visit };

interface Props {
  job: Job;
  plan: Plan;
  zone: string;
  onClose: () => void;
}

export function VisitDialog({ job, plan, zone, onClose }: Props) {
  const { t } = useTranslation();
  const visit = plan.what === "plan" ? undefined : plan.visit;
  const change = useChangeVisits(job);
  const technicians = useTechnicians().data ?? [];
  const [words, setWords] = useState(visit ? wordsOf(visit) : NO_VISIT);
  const [tried, setTried] = useState(false);
  const callsOff = plan.what === "callOff";
  const flaws: VisitFlaws = callsOff ? {} : flawsOf(words);
  const save = (notify: boolean) => {
    setTried(true);
    if (Object.keys(flaws).length > 0) return;
    const known = [...technicians, ...job.visits.flatMap((each) => each.technicians)];
    const draft = callsOff && visit ? { ...visit, cancelled: true } : draftOf(words, zone, known, visit);
    change.mutate({ visits: withVisit(job, draft), notify }, { onSuccess: onClose });
  };
  return (
    <TellingDialog
      title={t(`visits.${plan.what}Title`)}
      save={t(callsOff ? "visits.saveCallOff" : "visits.save")}
      doing={change}
      ask={{ trigger: "job_updated", job_ids: [job.id] }}
      nobody={t("visits.nobody")}
      hint={t("visits.gathers")}
      onSave={save}
      onClose={onClose}
    >
      {callsOff && visit ? (
        <Text>
          <VisitTime visit={visit} />
        </Text>
      ) : (
        <VisitFields
          visit={words}
          onChange={setWords}
          zone={zone}
          wrong={(field) => {
            const flaw = field === "technician" ? undefined : flaws[field];
            return tried && flaw ? t(flaw) : undefined;
          }}
        />
      )}
    </TellingDialog>
  );
}

/** All visits of the job as the API takes them, with this one in its place. */
function withVisit(job: Job, draft: VisitDraft | Visit): VisitDraft[] {
  const others = job.visits.filter(({ id }) => id !== draft.id);
  return [...others, draft].map(({ id, starts_at, ends_at, technicians, cancelled }) => ({
    ...(id ? { id } : {}),
    starts_at,
    ends_at,
    technicians,
    cancelled,
  }));
}
