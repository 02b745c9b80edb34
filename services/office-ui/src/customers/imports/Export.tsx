// All customers as a file.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answered } from "../../api/client";
import { useApi } from "../../api/useApi";
import { keepFile } from "../../parts/keepFile";
import { Trouble } from "../../parts/Trouble";

export function Export() {
  const { t } = useTranslation();
  const api = useApi().customer;
  const fetching = useMutation({
    mutationFn: () => answered(api.GET("/v1/customer-exports", { parseAs: "blob" })) as Promise<unknown>,
    onSuccess: (file) => keepFile(file as Blob, "customers.csv"),
  });
  return (
    <>
      <Button variant="default" loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {t("customers.export")}
      </Button>
      {fetching.isError && <Trouble error={fetching.error} />}
    </>
  );
}
