// Money of a job: what arrived is written down, what is still to pay is billed.
import { useMutation } from "@tanstack/react-query";
import { answered, ifMatch } from "../api/client";
import type { IssuedInvoice, Job, NewInvoice, NewPayment } from "../api/types";
import { useApi } from "../api/useApi";
import { useKey } from "../api/useKey";
import { useNews } from "./queries";

/** Of a job as it was seen: the same cheque that two people write down at once is written down once. */
export function useReceivePayment({ id, version }: Job) {
  const api = useApi().status;
  const key = useKey();
  return useMutation({
    mutationFn: (body: NewPayment) =>
      answered(
        api.POST("/v1/jobs/{job_id}/payments", {
          params: { path: { job_id: id }, header: { ...ifMatch({ version }), ...key([version, body]) } },
          body,
        }),
      ),
    onSettled: useNews(id),
  });
}

export function useIssueInvoice({ id, version }: Job) {
  const api = useApi().status;
  const key = useKey();
  return useMutation({
    mutationFn: (body: NewInvoice) =>
      answered(
        api.POST("/v1/jobs/{job_id}/invoices", {
          params: { path: { job_id: id }, header: { ...ifMatch({ version }), ...key([version, body]) } },
          body,
        }),
      ),
    onSettled: useNews(id),
  });
}

/** The one that payments go to: of a job, at most one is open at a time. */
export function openInvoice(invoices: IssuedInvoice[]): IssuedInvoice | undefined {
  return invoices.find(({ balance }) => Number(balance) > 0);
}
