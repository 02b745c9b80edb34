// A new job: for whom, where, what, when and for how much; who will hear of it is said before it is booked.
import { Button, Group, NativeSelect, SegmentedControl, Stack, Switch, TextInput } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Refusal } from "../api/refusal";
import { useCustomer } from "../customers/queries";
import { NEEDED } from "../parts/needed";
import { PageHead } from "../parts/PageHead";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Undoable, useOffer } from "../parts/Undo";
import { useSession } from "../session/useSession";
import { place } from "../words/places";
import { sentenceOf } from "../words/sentences";
import { OWN_ZONE } from "../words/times";
import { bodyOf, type Booking, flaws, isBegun, newBooking, REFUSED_AT } from "./booking";
import { CustomerField } from "./CustomerField";
import { LineFields } from "./LineFields";
import { useBook, useTechnicians } from "./queries";
import { Telling } from "./Telling";
import { VisitFields } from "./VisitFields";
import { WhoGetsIt } from "./WhoGetsIt";

export function BookJob() {
  return (
    <Undoable>
      <KeptBooking />
    </Undoable>
  );
}

function KeptBooking() {
  const { t } = useTranslation();
  const { id } = useSession();
  const [booking, keep, forget] = useSessionStorage<Booking>({
    key: `fieldbell:booking:${id}`,
    defaultValue: newBooking(),
    getInitialValueInEffect: false,
  });
  useAskedFor(booking, keep);
  return (
    <>
      <PageHead title={t("booking.title")}>
        <Button variant="default" onClick={() => keep(newBooking())}>
          {t("booking.discard")}
        </Button>
      </PageHead>
      <Form key={booking.key} booking={booking} onChange={keep} onBooked={forget} />
    </>
  );
}

/** What a customer asked for is filled in once; Back and a reload keep what was typed since. */
function useAskedFor(begun: Booking, keep: (booking: Booking) => void) {
  const { t } = useTranslation();
  const { state } = useLocation() as { state: Partial<Booking> | null };
  const navigate = useNavigate();
  const offer = useOffer();
  const take = useEffectEvent((asked: Partial<Booking>) => {
    void navigate(".", { replace: true, state: null });
    if (asked.request && asked.request.id === begun.request?.id) return;
    keep({ ...newBooking(), ...asked });
    if (isBegun(begun)) offer({ words: t("booking.madeWay"), undo: () => keep(begun) });
  });
  useEffect(() => {
    if (state) take(state);
  }, [state]);
}

interface Props {
  booking: Booking;
  onChange: (booking: Booking) => void;
  onBooked: () => void;
}

function Form({ booking: kept, onChange, onBooked }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const book = useBook();
  const technicians = useTechnicians().data ?? [];
  const addresses = useAddresses(kept.customer_id);
  const booking = atOnlyAddress(kept, addresses);
  const [tried, setTried] = useState(false);
  const found = flaws(booking);
  const zone = addresses.find(({ id }) => id === booking.service_address_id)?.zone ?? OWN_ZONE;
  const edit = (changes: Partial<Booking>) => {
    book.reset();
    onChange({ ...booking, ...changes });
  };
  const refusedAt = book.error instanceof Refusal ? REFUSED_AT[book.error.slug] : undefined;
  const wrong = (field: string) => {
    if (book.error && refusedAt === field) return sentenceOf(book.error, t).detail;
    const flaw = found.get(field);
    return tried && flaw ? t(flaw) : undefined;
  };
  const save = () => {
    setTried(true);
    if (found.size > 0) return;
    const sent = { body: bodyOf(booking, zone, technicians), key: booking.key };
    book.mutate(sent, {
      onSuccess: (job) => {
        onBooked();
        void navigate(`/jobs/${job.id}`);
      },
    });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack>
        <Section title={t("job.facts")}>
          <Stack>
            {booking.request && (
              <div>
                {t("booking.request")} <q className="words">{booking.request.summary}</q>{" "}
                <Button variant="default" size="compact-xs" onClick={() => edit({ request: null })}>
                  {t("booking.notForRequest")}
                </Button>
              </div>
            )}
            <SegmentedControl
              aria-label={t("booking.kind")}
              value={booking.kind}
              onChange={(kind) => edit({ kind: kind === "estimate" ? "estimate" : "job" })}
              data={[
                { value: "job", label: t("booking.job") },
                { value: "estimate", label: t("booking.estimate") },
              ]}
              style={{ alignSelf: "start" }}
            />
            <CustomerField
              id={booking.customer_id}
              name={booking.customer}
              error={wrong("customer")}
              onChoose={(customer_id, customer) =>
                edit({ customer_id, customer, service_address_id: "", request: null })
              }
            />
            <AddressField booking={booking} edit={edit} error={wrong("service_address_id")} />
            <TextInput
              {...NEEDED}
              label={t("booking.what")}
              description={t("booking.whatHint")}
              maxLength={200}
              value={booking.title}
              error={wrong("title")}
              onChange={({ currentTarget }) => edit({ title: currentTarget.value })}
            />
          </Stack>
        </Section>
        <Section title={t("jobs.visit")}>
          <Stack>
            <Switch
              label={t("booking.planned")}
              checked={booking.planned}
              onChange={({ currentTarget }) => edit({ planned: currentTarget.checked })}
            />
            {booking.planned && (
              <VisitFields
                visit={booking.visit}
                onChange={(visit) => edit({ visit })}
                zone={zone}
                wrong={(field) => wrong(`visit.${field}`)}
              />
            )}
          </Stack>
        </Section>
        <Section title={t("booking.lines")}>
          <LineFields lines={booking.lines} onChange={(lines) => edit({ lines })} wrong={wrong} />
        </Section>
        <Telling notify={booking.notify} onChange={(notify) => edit({ notify })} />
        {booking.notify && booking.service_address_id && (
          <WhoGetsIt
            ask={{
              trigger: booking.kind === "estimate" ? "estimate_created" : "job_created",
              customer_id: booking.customer_id,
              service_address_id: booking.service_address_id,
            }}
            nobody={t("booking.nobody")}
          />
        )}
        {book.isError && (!refusedAt || refusedAt === "lines") && <Trouble error={book.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={book.isPending}>
            {t("booking.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface AddressProps {
  booking: Booking;
  edit: (changes: Partial<Booking>) => void;
  error: string | undefined;
}

function AddressField({ booking, edit, error }: AddressProps) {
  const { t } = useTranslation();
  const addresses = useAddresses(booking.customer_id);
  return (
    <NativeSelect
      {...NEEDED}
      label={t("booking.address")}
      disabled={addresses.length === 0}
      value={booking.service_address_id}
      error={error}
      onChange={({ currentTarget }) => edit({ service_address_id: currentTarget.value })}
      data={[
        ...(addresses.length === 1 ? [] : [{ value: "", label: "…" }]),
        ...addresses.map((each) => ({ value: each.id, label: place(each) })),
      ]}
    />
  );
}

/** Where a customer has one address only, it is that one. */
function atOnlyAddress(booking: Booking, addresses: { id: string }[]): Booking {
  const only = addresses.length === 1 ? addresses[0]?.id : undefined;
  return { ...booking, service_address_id: booking.service_address_id || (only ?? "") };
}

function useAddresses(customerId: string) {
  return useCustomer(customerId).data?.service_addresses ?? [];
}
