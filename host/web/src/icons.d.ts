// Icons are imported one by one, since the package's index loads six thousand of them wherever nothing is left out
// (the development server, the tests). Its single files have no types of their own.
declare module "@tabler/icons-react/dist/esm/icons/*.mjs" {
  import type { Icon } from "@tabler/icons-react";

  const icon: Icon;
  export default icon;
}
