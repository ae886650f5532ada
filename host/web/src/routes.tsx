// Every page of the app by its address. Pages are loaded when somebody goes there; each is the default export of its file.
import type { ComponentType } from "react";
import { redirect, type RouteObject } from "react-router";

import { Crashed } from "./shell/crashed";
import { Starting } from "./shell/starting";

export const routes: RouteObject[] = [
  {
    ErrorBoundary: Crashed,
    HydrateFallback: Starting,
    children: [
      { path: "login", lazy: page(() => import("./account/login-page")) },
      { path: "signup", lazy: page(() => import("./account/sign-up-page")) },
      { path: "reset-password", lazy: page(() => import("./account/reset-password-page")) },
      { path: "verify-email", lazy: page(() => import("./account/verify-email-page")) },
      { path: "invitation", lazy: page(() => import("./account/invitation-page")) },
      { path: "share/:shareToken", lazy: page(() => import("./conversations/share-page")) },
      { path: "shared/:shareToken", lazy: page(() => import("./dashboards/shared-page")) },
      // What mails and people write.
      { path: "log-in", loader: onwards("/login") },
      { path: "sign-up", loader: onwards("/signup") },
      { path: "forgot", loader: onwards("/reset-password") },
      {
        lazy: page(() => import("./shell/shell")),
        children: [
          {
            lazy: async () => ({ ErrorBoundary: (await import("./shell/crashed-page")).CrashedPage }),
            children: [
              {
                index: true,
                lazy: page(() => {
                  // Where it leads.
                  void loadConversationPage();
                  return import("./projects/home-page");
                }),
              },
              {
                // One page for both, so that a new chat becomes a conversation without starting again.
                path: "p/:projectId",
                lazy: page(loadConversationPage),
                children: [
                  { index: true, Component: Nothing },
                  { path: "c/:conversationId", lazy: withMessages },
                ],
              },
              { path: "p/:projectId/files", lazy: page(() => import("./files/files-page")) },
              { path: "p/:projectId/files/:fileId", lazy: page(() => import("./files/file-page")) },
              { path: "p/:projectId/dashboards", lazy: page(() => import("./dashboards/dashboards-page")) },
              { path: "p/:projectId/dashboards/:dashboardId", lazy: page(() => import("./dashboards/dashboard-page")) },
              { path: "p/:projectId/alerts", lazy: page(() => import("./alerts/alerts-page")) },
              { path: "p/:projectId/alerts/:alertId", lazy: page(() => import("./alerts/alert-page")) },
              { path: "p/:projectId/prompts", lazy: page(() => import("./projects/prompts-page")) },
              { path: "p/:projectId/settings", lazy: page(() => import("./projects/settings-page")) },
              { path: "p/:projectId/archive", lazy: page(() => import("./conversations/archive-page")) },
              { path: "org/:orgId/members", lazy: page(() => import("./projects/members-page")) },
              { path: "org/:orgId/channels", lazy: page(() => import("./alerts/channels-page")) },
              { path: "org/:orgId/sources", lazy: page(() => import("./sources/sources-page")) },
              { path: "org/:orgId/sources/:sourceId", lazy: page(() => import("./sources/source-page")) },
              { path: "org/:orgId/models", lazy: page(() => import("./models/models-page")) },
              { path: "org/:orgId/settings", lazy: page(() => import("./projects/org-settings-page")) },
              { path: "account", lazy: page(() => import("./account/profile-page")) },
              { path: "account/password", lazy: page(() => import("./account/password-page")) },
              { path: "account/sessions", lazy: page(() => import("./account/sessions-page")) },
              { path: "account/api-keys", lazy: page(() => import("./account/api-keys-page")) },
              { path: "account/usage", lazy: page(() => import("./account/usage-page")) },
              { path: "account/appearance", lazy: page(() => import("./account/appearance-page")) },
              { path: "account/delete", lazy: page(() => import("./account/delete-page")) },
            ],
          },
        ],
      },
      { path: "*", lazy: page(() => import("./shell/not-found-page")) },
    ],
  },
];

function loadConversationPage() {
  return import("./chat/conversation-page");
}

/** The page above has everything. */
function Nothing() {
  return null;
}

/** A conversation that is opened by its address has messages: they come beside the page, not behind it. */
function withMessages() {
  void import("./chat/message-list");
  return Promise.resolve({ Component: Nothing });
}

function page(load: () => Promise<{ default: ComponentType }>) {
  return async () => ({ Component: (await load()).default });
}

/** To another address, with everything behind the path. */
function onwards(path: string) {
  return ({ request }: { request: Request }) => {
    const { search, hash } = new URL(request.url);
    return redirect(path + search + hash);
  };
}
