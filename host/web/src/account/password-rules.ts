// What the server asks of a password. It refuses the commonest as well, which only it knows.

interface Rule {
  /** As it stands in the list below the field. */
  label: string;
  holds: (password: string) => boolean;
}

export const PASSWORD_RULES: readonly Rule[] = [
  // Characters are counted as people do, so that an emoji is one.
  { label: "8 characters or more", holds: (password) => Array.from(password).length >= 8 },
  { label: "A letter", holds: (password) => /\p{Alphabetic}/u.test(password) },
  { label: "A digit", holds: (password) => /[0-9]/.test(password) },
];

const MAX_BYTES = 1024;

/** What is wrong with a new password, for a form; null where nothing is. */
export function wrongWithPassword(password: string): string | null {
  if (new TextEncoder().encode(password).length > MAX_BYTES) return "The password is too long. Use 1,000 characters or fewer.";
  const broken = PASSWORD_RULES.filter((rule) => !rule.holds(password));
  return broken.length === 0 ? null : "Use 8 characters or more, with a letter and a digit.";
}
