import { Button, Divider, Text } from "@mantine/core";
import IconBrandGoogle from "@tabler/icons-react/dist/esm/icons/IconBrandGoogle.mjs";
import { useMutation } from "@tanstack/react-query";

import { ApiError } from "../api/error";
import { useGoogleAvailable } from "../api/google";
import { Wait, withoutWait } from "../shell/wait";

interface Props {
  /** The page to go to afterwards. */
  to: string;
}

/** The way in by Google, where the server has it. The browser leaves the app and comes back logged in. */
export function GoogleButton({ to }: Props) {
  const available = useGoogleAvailable();
  const leave = useMutation({
    meta: { shownInPlace: true },
    mutationFn: async () => {
      const address = `/api/v1/google/login?return_to=${encodeURIComponent(to)}`;
      // A browser that simply went there would show a problem as its bare JSON.
      const response = await fetch(address, { redirect: "manual" }).catch((thrown: unknown) => {
        throw ApiError.from(thrown);
      });
      if (response.type !== "opaqueredirect") throw await ApiError.fromResponse(response);
      location.assign(address);
    },
  });
  if (!available) return null;
  return (
    <>
      <Divider label="or" />
      <Button
        variant="default"
        fullWidth
        leftSection={<IconBrandGoogle size={18} aria-hidden />}
        // It stays so while the browser leaves.
        loading={leave.isPending || leave.isSuccess}
        onClick={() => leave.mutate()}
      >
        Continue with Google
      </Button>
      {leave.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" component="div">
          {withoutWait(leave.error)}
          <Wait error={leave.error} />
        </Text>
      )}
    </>
  );
}
