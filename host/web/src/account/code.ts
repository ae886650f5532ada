export const CODE_DIGITS = 6;

/** The code in what somebody typed or pasted: "123 456", "Your code: 123456". */
export function codeOf(text: string): string {
  return text.replace(/\D/g, "").slice(0, CODE_DIGITS);
}
