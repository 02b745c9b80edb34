// All customers as a file.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answered } from "../../api/client";
import { useApi } from "../../api/useApi";
import { Trouble } from "../../parts/Trouble";

export function Export() {
  const { t } = useTranslation();
  const api = useApi().customer;
  const fetching = useMutation({
    mutationFn: () => answered(api.GET("/v1/customer-exports", { parseAs: "blob" })) as Promise<unknown>,
    onSuccess: (file) => keep(file as Blob),
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

/** Hands the file to the browser. A link can't carry the token, so the pages fetch it. */
function keep(file: Blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "customers.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
