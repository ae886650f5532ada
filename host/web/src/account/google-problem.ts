// What the log-in page says when somebody comes back from Google and is not let in: `/login?problem=…`.

const PROBLEMS: Record<string, string> = {
  google_denied: "You cancelled the log-in at Google. Try again, or log in with your password.",
  google_state: "The log-in took too long or was started in another browser. Try again.",
  google_failed: "Google sent an invalid response. Try again, or log in with your password.",
  google_unavailable: "Google is unavailable at the moment. Try again later, or log in with your password.",
  google_email_unverified:
    "Google has not verified your email address. Verify it with Google, or sign up with a password here.",
  email_unverified:
    "The account with this address is not confirmed yet. Follow the verification link in your sign-up email first.",
  google_other: "Your account is connected to a different Google account. Use that one, or your password.",
  google_taken: "That Google account is connected to a different account here.",
  account_disabled: "An administrator has disabled this account.",
};

export function googleProblem(code: string | null): string | undefined {
  if (code === null) return undefined;
  return PROBLEMS[code] ?? "Logging in with Google did not work. Try again, or log in with your password.";
}

const LINK_PROBLEMS: Record<string, string> = {
  google_denied: "You cancelled at Google, so nothing changed.",
  google_state: "The log-in took too long or was started in another browser. Try again.",
  google_unavailable: "Google is unavailable at the moment. Try again later.",
  google_other: "Your account is already connected to a different Google account.",
  google_taken: "That Google account is connected to a different account here. Choose another Google account.",
};

/** What the profile says when somebody comes back from Google and their account is not tied to it. */
export function googleLinkProblem(code: string | null): string | undefined {
  if (code === null) return undefined;
  return LINK_PROBLEMS[code] ?? "Google sent an invalid response, so nothing changed. Try again.";
}
