// What is shown to somebody who is not signed in.
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function SignedOut() {
  return <Outside kind="signedOut" />;
}

export function NoSession() {
  return <Outside kind="noSession" />;
}

function Outside({ kind }: { kind: "signedOut" | "noSession" }) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="70vh" p="md">
      <Stack align="center" maw="28rem" ta="center">
        <title>Fieldbell</title>
        <Title order={1}>{t(`outside.${kind}.title`)}</Title>
        <Text>{t(`outside.${kind}.detail`)}</Text>
        <Button component="a" href="/">
          {t(`outside.${kind}.action`)}
        </Button>
      </Stack>
    </Center>
  );
}
