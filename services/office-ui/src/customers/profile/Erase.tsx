// Erases a customer for good, after saying what will be gone.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answered, ifMatch } from "../../api/client";
import type { Customer } from "../../api/types";
import { useApi } from "../../api/useApi";
import { Trouble } from "../../parts/Trouble";

interface Props {
  customer: Customer;
  opened: boolean;
  onClose: () => void;
  onArchive: () => void;
}

export function Erase({ customer, opened, onClose, onArchive }: Props) {
  const { t } = useTranslation();
  const erase = useErase(customer);
  const contacts = t("customer.eraseContacts", { count: customer.contacts.length });
  const addresses = t("customer.eraseAddresses", { count: customer.service_addresses.length });
  const archive = () => {
    onClose();
    onArchive();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("customer.eraseTitle", customer)}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Text>{t("customer.eraseWhat", { contacts, addresses })}</Text>
        <Text c="dimmed">{t("customer.eraseStays")}</Text>
        {erase.isError && <Trouble error={erase.error} />}
        <Group justify="flex-end" className="last">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("cancel")}
          </Button>
          {!customer.archived && (
            <Button variant="default" onClick={archive}>
              {t("customer.archiveInstead")}
            </Button>
          )}
          <Button color="red.9" loading={erase.isPending} onClick={() => erase.mutate()}>
            {t("customer.eraseNow")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useErase({ id, version }: Customer) {
  const api = useApi().customer;
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () =>
      answered(
        api.DELETE("/v1/customers/{customer_id}", {
          params: { path: { customer_id: id }, header: ifMatch({ version }) },
        }),
      ),
    onSuccess: async () => {
      await navigate("/customers", { state: { erased: true } });
      queries.removeQueries({ queryKey: ["customer", id] });
      await queries.invalidateQueries({ queryKey: ["customers"] });
    },
  });
}
