import { type ComponentType, lazy, useState } from "react";

/**
 * A component that is fetched apart, as `lazy` makes it, but for one thing: once it is there it is shown at once. `lazy`
 * waits even then, and what waits is shown in its place for as long as React likes a change to last, 300 ms.
 */
export function loaded<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let known: ComponentType<Props> | undefined;
  const fetchIt = async () => ({ default: (known ??= await load()) });
  const Waiting = lazy(fetchIt);
  function Loaded(props: Props) {
    const [Component] = useState(() => known ?? (Waiting as ComponentType<Props>));
    return <Component {...props} />;
  }
  return [Loaded, fetchIt] as const;
}
