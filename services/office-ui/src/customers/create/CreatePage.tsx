// A new customer, with a contact and a service address at once. All else is on the page that opens then.
import { Button, Group, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { answered } from "../../api/client";
import type { CustomerKind, NewCustomer } from "../../api/types";
import { useApi } from "../../api/useApi";
import { useKey } from "../../api/useKey";
import { PageHead } from "../../parts/PageHead";
import { Section } from "../../parts/Section";
import { KindAndRegion } from "../profile/KindAndRegion";
import { SaveTrouble } from "../SaveTrouble";
import "../customers.css";

const EMPTY = {
  name: "",
  kind: "residential" as CustomerKind,
  region_id: "",
  tags: [] as string[],
  notes: "",
  contact: "",
  email: "",
  phone: "",
  line: "",
  city: "",
  state: "",
  postal_code: "",
};

export function CreatePage() {
  const { t } = useTranslation();
  const create = useCreate();
  const form = useForm({ initialValues: EMPTY });
  const text = (name: keyof typeof EMPTY) => form.getInputProps(name);
  const placed = Boolean(
    form.values.line || form.values.city || form.values.state || form.values.postal_code,
  );
  return (
    <>
      <PageHead title={t("customer.new.title")} />
      <form onSubmit={form.onSubmit((typed) => create.mutate(typed))} aria-label={t("customer.new.title")}>
        <Stack>
          <Section title={t("customer.new.who")}>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <TextInput label={t("customer.name")} required maxLength={200} {...text("name")} />
              <TagsInput label={t("customer.tags")} acceptValueOnBlur {...text("tags")} />
              <KindAndRegion kind={text("kind")} region={text("region_id")} />
            </SimpleGrid>
            <Textarea
              mt="sm"
              label={t("customer.notes")}
              autosize
              minRows={2}
              maxLength={20_000}
              {...text("notes")}
            />
          </Section>
          <Section title={t("customer.new.contact")}>
            <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
              <TextInput
                label={t("customer.contactName")}
                placeholder={form.values.name}
                maxLength={200}
                {...text("contact")}
              />
              <TextInput type="email" label={t("customer.email")} {...text("email")} />
              <TextInput type="tel" label={t("customer.phone")} {...text("phone")} />
            </SimpleGrid>
          </Section>
          <Section title={t("customer.new.address")}>
            <TextInput label={t("customer.line")} required={placed} maxLength={200} {...text("line")} />
            <SimpleGrid mt="sm" cols={{ base: 1, sm: 3 }} spacing="sm">
              <TextInput label={t("customer.city")} maxLength={200} {...text("city")} />
              <TextInput label={t("customer.state")} maxLength={200} {...text("state")} />
              <TextInput label={t("customer.postalCode")} maxLength={200} {...text("postal_code")} />
            </SimpleGrid>
          </Section>
          <SaveTrouble error={create.error} />
          <Group>
            <Button type="submit" loading={create.isPending}>
              {t("customer.new.create")}
            </Button>
            <Button component={Link} variant="default" to="/customers">
              {t("cancel")}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}

/** Sent again, it is still one customer. */
function useCreate() {
  const api = useApi().customer;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const key = useKey();
  return useMutation({
    mutationFn: (typed: typeof EMPTY) =>
      answered(
        api.POST("/v1/customers", {
          params: { header: key(typed) },
          body: wanted(typed) as NewCustomer, // what is not named is as the service has it
        }),
      ),
    onSuccess: async (customer) => {
      queries.setQueryData(["customer", customer.id], customer);
      await queries.invalidateQueries({ queryKey: ["customers"], refetchType: "none" });
      await navigate(`/customers/${customer.id}`);
    },
  });
}

function wanted({
  contact,
  email,
  phone,
  line,
  city,
  state,
  postal_code,
  region_id,
  ...plain
}: typeof EMPTY) {
  const person = {
    name: contact.trim() || plain.name,
    emails: email.trim() ? [{ address: email.trim() }] : [],
    phones: phone.trim() ? [{ number: phone.trim() }] : [],
  };
  return {
    ...plain,
    region_id: region_id || null,
    contacts: [person],
    service_addresses: line ? [{ line, city, state, postal_code }] : [],
  };
}
