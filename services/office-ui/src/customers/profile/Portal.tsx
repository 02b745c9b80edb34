// Whether a contact signs in to the portal by this address, and the invitation to.
import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { answered } from "../../api/client";
import type { Contact, Customer, EmailAddress, PortalAccess } from "../../api/types";
import { useApi } from "../../api/useApi";
import { Trouble } from "../../parts/Trouble";
import { ago } from "../../words/times";
import { usePortal } from "../queries";

interface Props {
  customer: Customer;
  contact: Contact;
  email: EmailAddress;
}

export function Portal({ customer, contact, email }: Props) {
  const { t } = useTranslation();
  const access = usePortal(customer.id, true).data?.find(({ email_id }) => email_id === email.id);
  const invite = useInvite(customer.id, contact.id, email.id);
  const state = access?.state ?? "none";
  const signsIn = state === "confirmed" || state === "locked";
  return (
    <>
      <Group gap="xs" className="quiet">
        <span>{standing(state, access, t)}</span>
        {!signsIn && !customer.blocked && !customer.archived && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t(state === "none" ? "customer.portal.inviteTo" : "customer.portal.resendTo", email)}
            loading={invite.isPending}
            onClick={() => invite.mutate()}
          >
            {t(state === "none" ? "customer.portal.invite" : "customer.portal.resend")}
          </Button>
        )}
        {invite.isSuccess && <span role="status">{t("customer.portal.sent")}</span>}
      </Group>
      {invite.isError && <Trouble error={invite.error} />}
    </>
  );
}

function standing(state: PortalAccess["state"], access: PortalAccess | undefined, t: TFunction): string {
  const words = t(`customer.portal.${state}`, { ago: access?.invited_at ? ago(access.invited_at) : "" });
  const last = access?.signed_in_at && t("customer.portal.signedIn", { ago: ago(access.signed_in_at) });
  return last ? `${words}, ${last}` : words;
}

function useInvite(customer_id: string, contact_id: string, email_id: string) {
  const api = useApi().customer;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(
        api.POST("/v1/customers/{customer_id}/contacts/{contact_id}/emails/{email_id}/invitation", {
          params: { path: { customer_id, contact_id, email_id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["customer", customer_id] }),
  });
}
