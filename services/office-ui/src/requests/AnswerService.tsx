// The answer to who asks for a visit: accepted, and booked at once where one wants to; or turned down, with a reason.
import { Checkbox, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ServiceRequest } from "../api/types";
import type { Booking } from "../jobs/booking";
import { TellingDialog } from "../jobs/TellingDialog";
import { useDone } from "./useDone";
import { useAnswerService } from "./queries";

interface Props {
  request: ServiceRequest;
  customer: string | undefined;
  onClose: () => void;
}

export function Accept({ request, customer, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const answer = useAnswerService(request);
  const done = useDone(customer, onClose);
  const [thenBook, setThenBook] = useState(true);
  const save = (notify: boolean) =>
    answer.mutate(
      { yes: true, notify, reason: null },
      {
        onSuccess: () =>
          thenBook ? void navigate("/jobs/new", { state: bookingOf(request, customer) }) : done("accepted"),
      },
    );
  return (
    <TellingDialog
      title={t("requests.acceptTitle")}
      save={t("requests.accept")}
      doing={answer}
      ask={about(request, "request_accepted")}
      nobody={t("requests.nobody")}
      onSave={save}
      onClose={onClose}
    >
      <q className="words">{request.summary}</q>
      <Checkbox
        label={t("requests.thenBook")}
        checked={thenBook}
        onChange={({ currentTarget }) => setThenBook(currentTarget.checked)}
      />
    </TellingDialog>
  );
}

export function TurnDown({ request, customer, onClose }: Props) {
  const { t } = useTranslation();
  const answer = useAnswerService(request);
  const done = useDone(customer, onClose);
  const [reason, setReason] = useState("");
  return (
    <TellingDialog
      title={t("requests.turnDownTitle")}
      save={t("requests.turnDown")}
      doing={answer}
      ask={about(request, "request_rejected")}
      nobody={t("requests.nobody")}
      onSave={(notify) =>
        answer.mutate(
          { yes: false, notify, reason: reason.trim() || null },
          { onSuccess: () => done("turnedDown") },
        )
      }
      onClose={onClose}
    >
      <q className="words">{request.summary}</q>
      <Textarea
        label={t("requests.why")}
        description={t("requests.whyHint")}
        maxLength={4000}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </TellingDialog>
  );
}

function about(
  { customer_id, service_address_id }: ServiceRequest,
  trigger: "request_accepted" | "request_rejected",
) {
  return { trigger, customer_id, service_address_id };
}

/** What of a booking the customer has said. */
export function bookingOf(request: ServiceRequest, customer: string | undefined): Partial<Booking> {
  const { id, customer_id, service_address_id, summary } = request;
  const title = titleOf(summary);
  return { customer_id, service_address_id, customer: customer ?? "", title, request: { id, summary } };
}

const TITLE = 60;

/** As much of its first line as reads as a title: whole sentences, or whole words. */
function titleOf(summary: string): string {
  const line = summary.trim().split("\n", 1)[0] ?? "";
  if (line.length <= TITLE) return line;
  const start = line.slice(0, TITLE + 1);
  const sentence = /^.{15,}[.!?](?=\s)/.exec(start)?.[0];
  return sentence ?? start.slice(0, Math.max(0, start.lastIndexOf(" ")) || TITLE);
}
