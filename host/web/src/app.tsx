// What every page stands in: the theme, the answers of the server, notifications, and the router.
// First of all, so that the styles of our own come behind them, and win.
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./main.css";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createBrowserRouter, RouterProvider } from "react-router";

import { makeQueryClient } from "./api/query";
import { sessionQuery } from "./api/session";
import { routes } from "./routes";
import { NotificationsOnDemand } from "./shell/notifications-on-demand";
import { cssVariables, theme } from "./theme";

const client = makeQueryClient();
// All pages but shared ones begin with it: asked for beside their scripts, it is there when they are. What fails is said
// by the page, which asks again.
if (!location.pathname.startsWith("/share/")) client.query(sessionQuery).catch(() => undefined);
const router = createBrowserRouter(routes);
// public/early.js reads the same key.
const colourScheme = localStorageColorSchemeManager({ key: "glovebox-colour-scheme" });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colourScheme}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <NotificationsOnDemand />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
