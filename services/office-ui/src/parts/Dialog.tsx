// A dialog, open for as long as it is there. The second click of the double click that opened it doesn't close it.
import { Modal, type ModalProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "./useReturnFocus";

export function Dialog(props: Pick<ModalProps, "title" | "size" | "onClose" | "children">) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Modal
      opened
      closeButtonProps={{ "aria-label": t("close") }}
      closeOnClickOutside={false}
      overlayProps={{ onClick: ({ detail }) => detail < 2 && props.onClose() }}
      {...props}
    />
  );
}
