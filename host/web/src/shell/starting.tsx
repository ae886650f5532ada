import { Center, Loader } from "@mantine/core";

/** Before anything is known. Usually gone before it is seen, so it comes late. */
export function Starting() {
  return (
    <Center h="100dvh" role="status" aria-label="Loading Glovebox" className="late">
      <Loader type="dots" color="gray" />
    </Center>
  );
}
