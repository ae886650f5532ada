import { NotFound } from "./not-found";

export default function NotFoundPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}
