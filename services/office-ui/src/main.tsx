// The start: who is signed in, then the pages.
import "@mantine/core/styles.css";
import "@mantine/spotlight/styles.css";
import "./app/office.css";
import "./words";
import { MantineProvider } from "@mantine/core";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { NoSession, SignedOut } from "./app/Outside";
import { theme, variables } from "./app/theme";
import { openSession, SIGNED_OUT } from "./session/session";

const container = document.getElementById("root");
if (!container) throw new Error("The page has no #root.");
const root = createRoot(container);

function show(page: ReactNode): void {
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        {page}
      </MantineProvider>
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  if (window.location.pathname === SIGNED_OUT) {
    show(<SignedOut />);
    return;
  }
  const session = await openSession();
  if (session) show(<App session={session} />);
}

start().catch((error: unknown) => {
  console.error(error);
  show(<NoSession />);
});
