import { Crashed } from "./crashed";
import { PlainBar } from "./plain-bar";

/** In the frame of the pages, with the way out where the sidebar is away. */
export function CrashedPage() {
  return (
    <>
      <PlainBar />
      <Crashed />
    </>
  );
}
