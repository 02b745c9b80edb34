// The answer to who asks about a visit: the office does it, or says why not.
import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VisitRequest } from "../api/types";
import { useJob } from "../jobs/queries";
import { TellingDialog } from "../jobs/TellingDialog";
import { flawsOf, NO_VISIT, VisitFields, type VisitFlaws } from "../jobs/VisitFields";
import { Dialog } from "../parts/Dialog";
import { InlineForm } from "../parts/InlineForm";
import { Trouble } from "../parts/Trouble";
import { OWN_ZONE } from "../words/times";
import { instantAt, wallAt } from "../words/zones";
import { useDeclineVisit, useGrantVisit } from "./queries";
import { useDone } from "./useDone";

interface Props {
  request: VisitRequest;
  customer: string | undefined;
  onClose: () => void;
}

export function Grant({ request, customer, onClose }: Props) {
  const { t } = useTranslation();
  const job = useJob(request.job_id).data; // the list has asked for it
  const zone = job?.visits.find(({ id }) => id === request.visit_id)?.zone ?? OWN_ZONE;
  const grant = useGrantVisit(request);
  const done = useDone(customer, onClose);
  const [words, setWords] = useState(() => wished(request, zone));
  const [tried, setTried] = useState(false);
  const moves = request.wish === "move";
  const flaws: VisitFlaws = moves ? flawsOf(words) : {};
  const save = (notify: boolean) => {
    setTried(true);
    if (Object.keys(flaws).length > 0) return;
    const to = moves
      ? {
          starts_at: instantAt(words.day, words.from, zone),
          ends_at: instantAt(words.day, words.to, zone),
        }
      : undefined;
    grant.mutate({ to, notify }, { onSuccess: () => done(request.wish) });
  };
  return (
    <TellingDialog
      title={t(`visits.${moves ? "move" : "callOff"}Title`)}
      save={t(`requests.visit.${request.wish}`)}
      doing={grant}
      ask={{ trigger: "job_updated", job_ids: [request.job_id] }}
      nobody={t("visits.nobody")}
      hint={t("visits.gathers")}
      onSave={save}
      onClose={onClose}
    >
      <Text>{job?.title}</Text>
      {moves && (
        <VisitFields
          visit={words}
          onChange={setWords}
          zone={zone}
          timeOnly
          wrong={(field) => {
            const flaw = field === "technician" ? undefined : flaws[field];
            return tried && flaw ? t(flaw) : undefined;
          }}
        />
      )}
    </TellingDialog>
  );
}

/** The customer reads the reason in the portal: nothing is sent. */
export function Decline({ request, customer, onClose }: Props) {
  const { t } = useTranslation();
  const decline = useDeclineVisit(request);
  const done = useDone(customer, onClose);
  const [reason, setReason] = useState("");
  const title = t("requests.visit.declineTitle");
  return (
    <Dialog onClose={onClose} title={title}>
      <InlineForm
        label={title}
        submit={t("requests.visit.decline")}
        pending={decline.isPending}
        onSubmit={() => decline.mutate(reason.trim(), { onSuccess: () => done("decline") })}
        onCancel={onClose}
      >
        <Textarea
          label={t("requests.why")}
          description={t("requests.visit.whyHint")}
          required
          maxLength={4000}
          autosize
          minRows={2}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {decline.isError && <Trouble error={decline.error} />}
      </InlineForm>
    </Dialog>
  );
}

function wished({ starts_at, ends_at }: VisitRequest, zone: string) {
  if (!starts_at || !ends_at) return NO_VISIT;
  const from = wallAt(starts_at, zone);
  return { ...NO_VISIT, day: from.day, from: from.time, to: wallAt(ends_at, zone).time };
}
