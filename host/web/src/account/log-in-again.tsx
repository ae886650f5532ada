import { Button } from "@mantine/core";
import { useLocation, useNavigate } from "react-router";

import type { ApiError } from "../api/error";
import { useLeaveSession } from "../api/session";
import { loginPath } from "../shell/way-back";

interface Props { error: ApiError | null }

/** For people without a password, who show by a fresh log-in that the account is theirs. Nothing for other errors. */
export function LogInAgain({ error }: Props) {
  const leave = useLeaveSession();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  if (error?.code !== "login_again") return null;
  return (
    <Button
      size="xs"
      variant="default"
      mt="xs"
      display="block"
      loading={leave.isPending}
      onClick={() => leave.mutate(undefined, { onSuccess: () => void navigate(loginPath(pathname)) })}
    >
      Log in again
    </Button>
  );
}
