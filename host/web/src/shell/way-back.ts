// The way back to the page that somebody wanted before they had to log in: `/login?to=/p/…`.

/** The log-in page, with the way back to `path`. */
export function loginPath(path: string): string {
  return path === "/" ? "/login" : `/login?to=${encodeURIComponent(path)}`;
}

/** The page to go to after the log-in: a path of this server, whatever the address says. */
export function wayBack(search: URLSearchParams): string {
  const to = search.get("to") ?? "/";
  // "//elsewhere.example" and "/\elsewhere.example" are other servers' addresses to a browser.
  const own = /^\/(?![/\\])/.test(to) && new URL(to, location.origin).origin === location.origin;
  return own && !to.startsWith("/login") ? to : "/";
}

const REMEMBERED = "glovebox-way-back";

/** Keeps the way back over a sign-up, which goes through a mail. */
export function rememberWayBack(path: string) {
  localStorage.setItem(REMEMBERED, path);
}

export function forgetWayBack() {
  localStorage.removeItem(REMEMBERED);
}

/** The way back that was kept before. */
export function rememberedWayBack(): string {
  return localStorage.getItem(REMEMBERED) ?? "/";
}

/** The log-in page, with the way back that was kept before. */
export function rememberedLoginPath(): string {
  return loginPath(rememberedWayBack());
}
