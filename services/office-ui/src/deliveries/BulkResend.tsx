// Failed messages sent again, many at once: how many they are, then how far it is.
import { Button, Checkbox, Group, NativeSelect, Progress, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BulkResend as Begun, Channel, DeliveryState, Reason } from "../api/types";
import { InlineForm } from "../parts/InlineForm";
import { Opener } from "../parts/Opener";
import { Trouble } from "../parts/Trouble";
import type { Day } from "../words/days";
import { type Chosen, useBulkPreview, useBulkProgress, useBulkResend } from "./acting";

const DAYS = { day: 1, week: 7, month: 30 } as const;
type Span = keyof typeof DAYS;

export interface Narrowed {
  channel: Channel | undefined;
  reason: Reason | undefined;
  customer: string | undefined;
  day: Day | undefined;
}

interface Props {
  narrowed: Narrowed;
  /** Nothing failed: nothing is offered. What was begun is shown all the same. */
  isEmpty: boolean;
}

export function BulkResend({ narrowed, isEmpty }: Props) {
  const { t } = useTranslation();
  const [begun, setBegun] = useState<Begun>();
  if (begun) return <Progressing begun={begun} />;
  if (isEmpty) return null;
  return (
    <div className="bulk-resend">
      <Opener size="sm" form={(close) => <Form narrowed={narrowed} onBegun={setBegun} onCancel={close} />}>
        {t("bulkResend.open")}
      </Opener>
    </div>
  );
}

interface FormProps {
  narrowed: Narrowed;
  onBegun: (begun: Begun) => void;
  onCancel: () => void;
}

/** The beginning of a day some days ago: the same for as long as the form is open. */
function startOf(daysAgo: number): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).toISOString();
}

function Form({ narrowed, onBegun, onCancel }: FormProps) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>("day");
  const [unknown, setUnknown] = useState(false);
  const { channel, reason, customer, day } = narrowed;
  const states: DeliveryState[] = [
    "failed",
    "bounced",
    "undelivered",
    ...(unknown ? ["unknown" as const] : []),
  ];
  const chosen: Chosen = {
    states,
    since: day?.since ?? startOf(DAYS[span]),
    until: day?.until ?? null,
    channel: channel ?? null,
    reasons: reason ? [reason] : null,
    customer_id: customer ?? null,
  };
  const preview = useBulkPreview(chosen);
  const start = useBulkResend();
  const count = preview.data?.count ?? 0;
  const possible = count > 0 && count <= (preview.data?.most ?? 0);
  const send = () => {
    if (possible) start.mutate(chosen, { onSuccess: onBegun });
  };
  return (
    <div className="card">
      <InlineForm
        label={t("bulkResend.label")}
        submit={t("bulkResend.start", { count })}
        pending={start.isPending || preview.isFetching}
        onSubmit={send}
        onCancel={onCancel}
      >
        {!day && (
          <NativeSelect
            label={t("bulkResend.since")}
            value={span}
            onChange={({ currentTarget }) => setSpan(currentTarget.value as Span)}
            data={(Object.keys(DAYS) as Span[]).map((each) => ({
              value: each,
              label: t(`bulkResend.${each}`),
            }))}
          />
        )}
        <Checkbox
          label={t("bulkResend.unknown")}
          checked={unknown}
          onChange={({ currentTarget }) => setUnknown(currentTarget.checked)}
        />
        {preview.isError && <Trouble error={preview.error} retry={() => void preview.refetch()} />}
        {preview.data && (
          <Text size="sm" role="status">
            {count === 0 && t("bulkResend.none")}
            {possible && t("bulkResend.count", { count })}
            {count > preview.data.most &&
              t("bulkResend.tooMany", { most: preview.data.most.toLocaleString() })}
            {preview.data.warning && ` ${preview.data.warning}`}
          </Text>
        )}
        {start.isError && <Trouble error={start.error} />}
      </InlineForm>
    </div>
  );
}

function Progressing({ begun }: { begun: Begun }) {
  const { t } = useTranslation();
  const progress = useBulkProgress(begun);
  const now = progress.data;
  const left = now.done - now.resent;
  return (
    <Stack gap="xs" className="card bulk-resend">
      {now.state === "running" && (
        <Progress
          value={(100 * now.done) / Math.max(1, now.total)}
          aria-label={t("bulkResend.label")}
          animated
        />
      )}
      <Text size="sm" role="status">
        {now.state === "running" && t("bulkResend.running", { ...now })}
        {now.state === "failed" && t("bulkResend.failed", { ...now })}
        {now.state === "done" && t("bulkResend.finished", { count: now.resent })}
        {now.state !== "running" && left > 0 && ` ${t("bulkResend.left", { count: left })}`}
      </Text>
      <Group>
        <Button component={Link} to="/deliveries?view=all" variant="default" size="compact-sm">
          {t("bulkResend.see")}
        </Button>
      </Group>
      {progress.isError && <Trouble error={progress.error} retry={() => void progress.refetch()} />}
    </Stack>
  );
}
