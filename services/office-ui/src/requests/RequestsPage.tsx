// What customers ask for: a visit, another time, or none. What waits for an answer comes first.
import { Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../api/refusal";
import type { Page, ServiceRequest, VisitRequest } from "../api/types";
import { useNames } from "../customers/queries";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { PageHead } from "../parts/PageHead";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Undoable } from "../parts/Undo";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { useSession } from "../session/useSession";
import { Accept, TurnDown } from "./AnswerService";
import { Decline, Grant } from "./AnswerVisit";
import type { AskedProps } from "./Asked";
import { AsksForVisit } from "./AsksForVisit";
import { AsksOfVisit } from "./AsksOfVisit";
import { useServiceRequests, useVisitRequests } from "./queries";
import "./requests.css";

interface Answer<Request> {
  request: Request;
  customer: string | undefined;
  yes: boolean;
}

export function RequestsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { get, set } = useFilters();
  const waiting = get("view") !== "all";
  const job = get("job") ?? null;
  if (!session.isOffice) return <Trouble error={new Refusal(403)} />;
  return (
    <Undoable>
      <PageHead title={t("requests.title")}>
        <Group gap="xs">
          {job && (
            <Button variant="default" onClick={() => set({ job: null })}>
              {t("requests.notOnlyJob")}
            </Button>
          )}
          <SegmentedControl
            aria-label={t("requests.view")}
            value={waiting ? "" : "all"}
            onChange={(view) => set({ view })}
            data={[
              { value: "", label: t("requests.waiting") },
              { value: "all", label: t("requests.all") },
            ]}
          />
        </Group>
      </PageHead>
      <Lists waiting={waiting} job={job} />
    </Undoable>
  );
}

/** An answer stays open while a colleague's empties the list behind it: what is wrong with it is said in it. */
function Lists({ waiting, job }: { waiting: boolean; job: string | null }) {
  const { t } = useTranslation();
  const [service, answerService] = useState<Answer<ServiceRequest>>();
  const [visit, answerVisit] = useState<Answer<VisitRequest>>();
  const none = waiting ? "none" : job ? "ofJob" : "never";
  return (
    <Stack>
      <List
        title={t("requests.service.title")}
        none={t(`requests.service.${none}`)}
        asked={useServiceRequests(waiting, job)}
        Item={AsksForVisit}
        onAnswer={answerService}
      />
      <List
        title={t("requests.visit.title")}
        none={t(`requests.visit.${none}`)}
        asked={useVisitRequests(waiting, job)}
        Item={AsksOfVisit}
        onAnswer={answerVisit}
      />
      {service?.yes && <Accept {...service} onClose={() => answerService(undefined)} />}
      {service?.yes === false && <TurnDown {...service} onClose={() => answerService(undefined)} />}
      {visit?.yes && <Grant {...visit} onClose={() => answerVisit(undefined)} />}
      {visit?.yes === false && <Decline {...visit} onClose={() => answerVisit(undefined)} />}
    </Stack>
  );
}

interface Request {
  id: string;
  customer_id: string;
}

interface ListProps<R> {
  title: string;
  none: string;
  asked: ReturnType<typeof useServiceRequests> | ReturnType<typeof useVisitRequests>;
  Item: ComponentType<AskedProps<R>>;
  onAnswer: (answer: Answer<R>) => void;
}

function List<R extends Request>({ title, none, asked, Item, onAnswer }: ListProps<R>) {
  const pages = (asked.data?.pages ?? []) as unknown as Page<R>[];
  return (
    <Section title={title}>
      {asked.isPending && <Waiting lines={2} />}
      {asked.isError && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isSuccess && !pages.some(({ items }) => items.length > 0) && <Empty>{none}</Empty>}
      <ul className="requests">
        {pages.map((page) => (
          <Rows key={page.items[0]?.id} page={page} Item={Item} onAnswer={onAnswer} />
        ))}
      </ul>
      <More pages={asked} />
    </Section>
  );
}

type RowsProps<R> = Pick<ListProps<R>, "Item" | "onAnswer"> & { page: Page<R> };

function Rows<R extends Request>({ page, Item, onAnswer }: RowsProps<R>) {
  const names = useNames(page.items.map(({ customer_id }) => customer_id));
  return page.items.map((request) => {
    const customer = names.get(request.customer_id);
    return (
      <Item
        key={request.id}
        request={request}
        customer={customer}
        onAnswer={(yes) => onAnswer({ request, customer, yes })}
      />
    );
  });
}
