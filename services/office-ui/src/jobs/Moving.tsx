// A card that goes to another column: asked about as on the job's page, then said what became of it.
import { useState } from "react";
import { useReturnFocus } from "../parts/useReturnFocus";
import { useSession } from "../session/useSession";
import type { Move } from "./Board";
import { Changed } from "./Changed";
import { ChangeStatus } from "./ChangeStatus";
import { useJob, useChangeStatus } from "./queries";
import { SetStatus } from "./SetStatus";

export function Moving({ move }: { move: Move }) {
  const { isOffice } = useSession();
  const [asking, setAsking] = useState(true);
  useReturnFocus(asking);
  const change = useChangeStatus(move.job.id);
  const { data: job = move.job } = useJob(move.job.id, move.job);
  const asked = { job, change, first: move.to, opened: asking, onClose: () => setAsking(false) };
  return (
    <>
      {isOffice ? <ChangeStatus {...asked} /> : <SetStatus {...asked} />}
      {!asking && <Changed job={job} change={change} />}
    </>
  );
}
