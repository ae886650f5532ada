// What the log-in page says when somebody comes back from Google and is not let in: `/login?problem=…`.

const PROBLEMS: Record<string, string> = {
  google_denied: "You did not agree at Google, so nothing happened. Try again, or log in with your password.",
  google_state: "That took too long, or began in another browser. Try again.",
  google_failed: "What Google answered could not be used. Try again, or log in with your password.",
  google_unavailable: "Google cannot be asked at the moment. Try again later, or log in with your password.",
  google_email_unverified:
    "Google does not know whether your address is yours. Confirm it at Google, or sign up with a password here.",
  email_unverified:
    "There is an account with this address that was never confirmed. Follow the link in the mail from your sign-up first.",
  google_other: "Your account here is tied to another Google account. Use that one, or your password.",
  google_taken: "That Google account leads to another account here.",
  account_disabled: "An administrator has closed this account.",
};

export function googleProblem(code: string | null): string | undefined {
  if (code === null) return undefined;
  return PROBLEMS[code] ?? "Logging in with Google did not work. Try again, or log in with your password.";
}

const LINK_PROBLEMS: Record<string, string> = {
  google_denied: "You did not agree at Google, so nothing changed.",
  google_state: "That took too long, or began in another browser. Try again.",
  google_unavailable: "Google cannot be asked at the moment. Try again later.",
  google_other: "Your account is tied to another Google account already.",
  google_taken: "That Google account leads to another account here. Choose another one at Google.",
};

/** What the profile says when somebody comes back from Google and their account is not tied to it. */
export function googleLinkProblem(code: string | null): string | undefined {
  if (code === null) return undefined;
  return LINK_PROBLEMS[code] ?? "What Google answered could not be used, so nothing changed. Try again.";
}
