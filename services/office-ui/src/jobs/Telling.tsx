// Whether the customer is told: the office's to say of whatever it does.
import { Group, Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  notify: boolean;
  onChange: (notify: boolean) => void;
}

export function Telling({ notify, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t("change.tellThem")}
      value={notify ? "tell" : "silent"}
      onChange={(answer) => onChange(answer === "tell")}
    >
      <Group mt="xs">
        <Radio value="tell" label={t("change.tell")} />
        <Radio value="silent" label={t("change.silent")} />
      </Group>
    </Radio.Group>
  );
}
