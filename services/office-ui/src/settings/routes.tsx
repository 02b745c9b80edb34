// The settings' pages below their own navigation; each is loaded when it is first asked for.
import { Navigate, type RouteObject } from "react-router";

export const settingsRoutes: RouteObject = {
  path: "settings",
  lazy: async () => ({ Component: (await import("./SettingsFrame")).SettingsFrame }),
  children: [
    { index: true, element: <Navigate to="messages" replace /> },
    {
      path: "messages",
      lazy: async () => ({ Component: (await import("./board/BoardPage")).BoardPage }),
    },
    {
      path: "rules/new",
      lazy: async () => ({ Component: (await import("./rules/RulePage")).NewRulePage }),
    },
    {
      path: "rules/:id",
      lazy: async () => ({ Component: (await import("./rules/RulePage")).RulePage }),
    },
    {
      path: "regions",
      lazy: async () => ({ Component: (await import("./regions/RegionsPage")).RegionsPage }),
    },
    {
      path: "emails",
      lazy: async () => ({ Component: (await import("./emails/EmailsPage")).EmailsPage }),
    },
    {
      path: "reminders",
      lazy: async () => ({ Component: (await import("./reminders/RemindersPage")).RemindersPage }),
    },
    {
      path: "company",
      lazy: async () => ({ Component: (await import("./company/CompanyPage")).CompanyPage }),
    },
    {
      path: "sending",
      lazy: async () => ({ Component: (await import("./sending/SendingPage")).SendingPage }),
    },
    {
      path: "changes",
      lazy: async () => ({ Component: (await import("./changes/ChangesPage")).ChangesPage }),
    },
  ],
};
