// When somebody comes, and who, by the clock of the place; the office plans, moves and calls off.
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, Visit } from "../api/types";
import { useCustomer } from "../customers/queries";
import { useSession } from "../session/useSession";
import { OWN_ZONE, span } from "../words/times";
import { type Plan, VisitDialog } from "./VisitDialog";
import { VisitTime } from "./VisitTime";

export function Visits({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const [plan, setPlan] = useState<Plan>();
  const zone = useZone(job);
  const open = isOffice && !job.cancelled_at;
  return (
    <>
      {job.visits.length === 0 && <div>{t("job.noVisit")}</div>}
      {job.visits.map((visit) => (
        <Group key={visit.id} gap="xs">
          <Words visit={visit} />
          {open && !visit.cancelled && <Acts visit={visit} onPlan={setPlan} />}
        </Group>
      ))}
      {open && (
        <Button variant="default" size="compact-sm" mt={4} onClick={() => setPlan({ what: "plan" })}>
          {t("visits.plan")}
        </Button>
      )}
      {plan && <VisitDialog job={job} plan={plan} zone={zone} onClose={() => setPlan(undefined)} />}
    </>
  );
}

function Words({ visit }: { visit: Visit }) {
  const { t } = useTranslation();
  return (
    <span>
      {visit.cancelled ? <s>{<VisitTime visit={visit} />}</s> : <VisitTime visit={visit} />}
      {visit.cancelled && ` ${t("job.visitCancelled")}`}
      {visit.technicians.length > 0 && (
        <span className="quiet"> · {visit.technicians.map(({ name }) => name).join(", ")}</span>
      )}
    </span>
  );
}

function Acts({ visit, onPlan }: { visit: Visit; onPlan: (plan: Plan) => void }) {
  const { t } = useTranslation();
  const when = span(visit.starts_at, visit.ends_at, visit.zone);
  return (["move", "callOff"] as const).map((what) => (
    <Button
      key={what}
      variant="subtle"
      size="compact-sm"
      aria-label={t(`visits.${what}This`, { when })}
      onClick={() => onPlan({ what, visit })}
    >
      {t(`visits.${what}`)}
    </Button>
  ));
}

function useZone({ customer_id, service_address_id }: Job): string {
  const { data } = useCustomer(customer_id);
  return data?.service_addresses.find(({ id }) => id === service_address_id)?.zone ?? OWN_ZONE;
}
