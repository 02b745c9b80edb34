// What kind of customer it is, and in which region of the company.
import { NativeSelect } from "@mantine/core";
import type { GetInputPropsReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useCompany } from "../queries";

export const KINDS = ["residential", "commercial"] as const;

interface Props {
  kind: GetInputPropsReturnType;
  region: GetInputPropsReturnType;
}

export function KindAndRegion({ kind, region }: Props) {
  const { t } = useTranslation();
  const regions = useCompany().data?.regions ?? [];
  return (
    <>
      <NativeSelect
        label={t("customer.kind")}
        data={KINDS.map((each) => ({ value: each, label: t(`customers.${each}`) }))}
        {...kind}
      />
      <NativeSelect
        label={t("customer.region")}
        data={[
          { value: "", label: t("customer.noRegion") },
          ...regions.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...region}
      />
    </>
  );
}
