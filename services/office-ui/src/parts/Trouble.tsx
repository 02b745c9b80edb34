// What went wrong, as a sentence, and a way on.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSentence } from "../words/sentences";
import { Refusal } from "../api/refusal";

export function Trouble({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence(error);
  const gone = error instanceof Refusal && [403, 404].includes(error.status);
  return (
    <Alert color={gone ? "gray" : "red"} role="alert" title={sentence.title}>
      <Text size="sm">{sentence.detail}</Text>
      <Group mt="sm">
        {gone ? (
          <Button component={Link} to="/" variant="default">
            {t("trouble.home")}
          </Button>
        ) : (
          retry && (
            <Button onClick={retry} variant="default">
              {t("trouble.again")}
            </Button>
          )
        )}
      </Group>
    </Alert>
  );
}
