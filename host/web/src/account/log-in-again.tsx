import { Button } from "@mantine/core";
import { useLocation } from "react-router";

import type { ApiError } from "../api/error";
import { useLogOut } from "../api/session";
import { loginPath } from "../shell/way-back";

interface Props { error: ApiError | null }

/** For people without a password, who show by a fresh log-in that the account is theirs. Nothing for other errors. */
export function LogInAgain({ error }: Props) {
  const leave = useLogOut();
  const { pathname } = useLocation();
  if (error?.code !== "login_again") return null;
  return (
    <Button
      size="xs"
      variant="default"
      mt="xs"
      display="block"
      loading={leave.isPending}
      onClick={() => leave.mutate(loginPath(pathname))}
    >
      Log in again
    </Button>
  );
}
