import { Anchor, Text } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";

import type { ApiError } from "../api/error";
import { Wait, withoutWait } from "../shell/wait";

interface Props {
  /** What was mailed: "code", "link". */
  what: string;
  mutation: Pick<UseMutationResult<unknown, ApiError, string>, "isPending" | "isSuccess" | "error">;
  onSend: () => void;
}

/** The way to another mail, where the first one does not come. */
export function SendAgain({ what, mutation, onSend }: Props) {
  return (
    <div>
      <Text inherit>
        {mutation.isSuccess ? "Nothing yet? Check your spam folder, or " : "No email? "}
        <Anchor component="button" type="button" onClick={onSend} disabled={mutation.isPending}>
          {mutation.isSuccess ? `send another ${what}` : `Send another ${what}`}
        </Anchor>
        {mutation.isSuccess && "."}
      </Text>
      <Text size="sm" role="status" c={mutation.error ? "var(--mantine-color-error)" : undefined} component="div">
        {mutation.isPending && "Sending…"}
        {mutation.isSuccess && `Another ${what} was sent. Use the latest one.`}
        {mutation.error && (
          <>
            {withoutWait(mutation.error)}
            <Wait error={mutation.error} />
          </>
        )}
      </Text>
    </div>
  );
}
