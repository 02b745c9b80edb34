// Active and archived customers: searched, narrowed, picked, and what is done with many.
import { Alert, Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { PageHead } from "../../parts/PageHead";
import { useSession } from "../../session/useSession";
import { Export } from "../imports/Export";
import { Filters } from "./Filters";
import { Customers } from "./Customers";
import { Views } from "./Views";
import "../customers.css";

export function CustomerList() {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const erased = (useLocation().state as { erased?: boolean } | null)?.erased;
  return (
    <>
      <PageHead title={t("customers.title")}>{isOffice && <Actions />}</PageHead>
      {erased && <Alert color="gray" role="status" mb="sm" title={t("customers.erased")} />}
      <Views />
      <Filters />
      <Customers />
    </>
  );
}

function Actions() {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Button component={Link} variant="default" to="/customers/edits">
        {t("customers.edits")}
      </Button>
      <Export />
      <Button component={Link} variant="default" to="/customers/import">
        {t("customers.import")}
      </Button>
      <Button component={Link} to="/customers/new">
        {t("customers.create")}
      </Button>
    </Group>
  );
}
