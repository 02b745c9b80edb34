// Which address shows which page. Each page is loaded when it is first asked for.
import { createBrowserRouter, Navigate } from "react-router";
import { useSession } from "../session/useSession";
import { Broken, Missing } from "./Broken";
import { settingsRoutes } from "../settings/routes";
import { Frame } from "./Frame";

export const createRouter = () =>
  createBrowserRouter([
    {
      Component: Frame,
      ErrorBoundary: Broken,
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: Broken,
          children: [
            { index: true, Component: Start },
            { path: "home", lazy: async () => ({ Component: (await import("../home/HomePage")).HomePage }) },
            { path: "jobs", lazy: async () => ({ Component: (await import("../jobs/JobsPage")).JobsPage }) },
            {
              path: "jobs/new",
              lazy: async () => ({ Component: (await import("../jobs/BookJob")).BookJob }),
            },
            {
              path: "jobs/:id",
              lazy: async () => ({ Component: (await import("../jobs/JobPage")).JobPage }),
            },
            {
              path: "requests",
              lazy: async () => ({ Component: (await import("../requests/RequestsPage")).RequestsPage }),
            },
            {
              path: "deliveries",
              lazy: async () => ({ Component: (await import("../deliveries/DeliveryList")).DeliveryList }),
            },
            {
              path: "deliveries/:id",
              lazy: async () => ({ Component: (await import("../deliveries/DeliveryPage")).DeliveryPage }),
            },
            {
              path: "customers",
              lazy: async () => ({
                Component: (await import("../customers/list/CustomerList")).CustomerList,
              }),
            },
            {
              path: "customers/new",
              lazy: async () => ({ Component: (await import("../customers/create/CreatePage")).CreatePage }),
            },
            {
              path: "customers/import",
              lazy: async () => ({ Component: (await import("../customers/imports/ImportPage")).ImportPage }),
            },
            {
              path: "customers/edits",
              lazy: async () => ({ Component: (await import("../customers/bulk/BulkList")).BulkList }),
            },
            {
              path: "customers/:id/changes",
              lazy: async () => ({ Component: (await import("../customers/log/ChangeLog")).ChangeLog }),
            },
            {
              path: "customers/:id",
              lazy: async () => ({
                Component: (await import("../customers/profile/CustomerPage")).CustomerPage,
              }),
            },
            {
              path: "templates",
              lazy: async () => ({ Component: (await import("../templates/TemplateList")).TemplateList }),
            },
            {
              path: "templates/:id",
              lazy: async () => ({ Component: (await import("../templates/TemplatePage")).TemplatePage }),
            },
            settingsRoutes,
            { path: "*", Component: Missing },
          ],
        },
      ],
    },
  ]);

/** The office begins with the day, a technician with the jobs. */
function Start() {
  const { isOffice } = useSession();
  return <Navigate to={isOffice ? "/home" : "/jobs"} replace />;
}
