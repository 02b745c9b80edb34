// What stops messages to the customer, who wanted it so, and how it is undone.
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answered } from "../../api/client";
import type { Block, Customer, Scope } from "../../api/types";
import { useApi } from "../../api/useApi";
import { InlineForm } from "../../parts/InlineForm";
import { More } from "../../parts/More";
import { Opener } from "../../parts/Opener";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
import { Waiting } from "../../parts/Waiting";
import { Moment } from "../../parts/When";
import { useSession } from "../../session/useSession";
import { useBlocks } from "../queries";

const SCOPES = ["everything", "reminders", "broadcasts"] as const satisfies Scope[];

export function OptOuts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const blocks = useBlocks(customer.id);
  if (blocks.isPending) return <Waiting lines={2} />;
  if (blocks.isError) return <Trouble error={blocks.error} retry={() => void blocks.refetch()} />;
  const found = blocks.data.pages.flatMap((page) => page.items);
  const mailable = customer.contacts.some(({ emails }) => emails.length > 0);
  return (
    <Stack gap="sm">
      {found.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("customer.optOuts.none")}
        </Text>
      ) : (
        <ol className="timeline">
          {found.map((block) => (
            <Stopped key={block.id} customer={customer} block={block} />
          ))}
        </ol>
      )}
      <More pages={blocks} />
      <div>
        {mailable ? (
          <Opener form={(close) => <Unsubscribe customer={customer} onClose={close} />}>
            {t("customer.optOuts.unsubscribe")}
          </Opener>
        ) : (
          <Text size="sm" c="dimmed">
            {t("customer.optOuts.noEmail")}
          </Text>
        )}
      </div>
    </Stack>
  );
}

function Stopped({ customer, block }: { customer: Customer; block: Block }) {
  const { t } = useTranslation();
  const { id: me } = useSession();
  const lift = useLift(customer.id);
  const offer = useOffer();
  const channel = t(`channel.${block.channel}`);
  const what = { channel, address: block.masked_address ?? "…" };
  const by = block.cause === "office" && block.actor === me ? t("who.you") : null;
  return (
    <li>
      <span className="quiet">
        <Moment at={block.created_at} />
      </span>
      <div>
        {t("customer.optOuts.stopped", { ...what, scope: t(`customer.optOuts.scope.${block.scope}`) })}
        <span className="quiet">
          {` · ${t(`customer.optOuts.cause.${block.cause}`)}`}
          {by && ` (${by})`}
          {block.note && ` · “${block.note}”`}
        </span>
        {block.liftable ? (
          <Group mt={4}>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={t("customer.optOuts.liftOf", what)}
              loading={lift.isPending}
              onClick={() =>
                lift.mutate([block], { onSuccess: () => offer({ words: t("customer.done.lifted", what) }) })
              }
            >
              {t("customer.optOuts.lift")}
            </Button>
          </Group>
        ) : (
          <div className="quiet">{t("customer.optOuts.theirs")}</div>
        )}
        {lift.isError && <Trouble error={lift.error} />}
      </div>
    </li>
  );
}

function Unsubscribe({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const offer = useOffer();
  const lift = useLift(customer.id);
  const [scope, setScope] = useState<Scope>("everything");
  const [note, setNote] = useState("");
  const stop = useUnsubscribe(customer.id);
  const send = () =>
    stop.mutate(
      { scope, note: note.trim() },
      {
        onSuccess: (blocks) => {
          offer({ words: t("customer.done.unsubscribed"), undo: () => lift.mutateAsync(blocks) });
          onClose();
        },
      },
    );
  return (
    <InlineForm
      label={t("customer.optOuts.unsubscribe")}
      submit={t("customer.optOuts.go")}
      pending={stop.isPending}
      onSubmit={send}
      onCancel={onClose}
    >
      <NativeSelect
        label={t("customer.optOuts.what")}
        value={scope}
        onChange={({ currentTarget }) =>
          setScope(SCOPES.find((each) => each === currentTarget.value) ?? scope)
        }
        data={SCOPES.map((each) => ({ value: each, label: t(`customer.optOuts.emailScope.${each}`) }))}
        maw="24rem"
      />
      <TextInput
        label={t("customer.optOuts.note")}
        description={t("customer.optOuts.noteHint")}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        required
        maxLength={500}
      />
      {stop.isError && <Trouble error={stop.error} />}
    </InlineForm>
  );
}

function useUnsubscribe(customer_id: string) {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { scope: Scope; note: string }) =>
      answered(
        api.POST("/v1/customers/{customer_id}/unsubscribe", { params: { path: { customer_id } }, body }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer", customer_id] }),
  });
}

function useLift(customer_id: string) {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (blocks: Block[]) =>
      Promise.all(
        blocks.map(({ id }) =>
          answered(api.DELETE("/v1/blocks/{block_id}", { params: { path: { block_id: id } } })),
        ),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer", customer_id] }),
  });
}
