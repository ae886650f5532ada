import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";

import { keys } from "./keys";
import { keepMessages, type Message } from "./messages";

function message(id: string): Message {
  return { id } as Message;
}

test("a read that began before a question was asked does not take the question away", async () => {
  const client = new QueryClient();
  const reads: ((found: Message[]) => void)[] = [];
  const observer = new QueryObserver<Message[]>(client, {
    queryKey: keys.messages("c"),
    queryFn: () => new Promise((resolve) => reads.push(resolve)),
  });
  const end = observer.subscribe(() => undefined);
  reads[0]?.([message("old")]);
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toHaveLength(1));

  void observer.refetch();
  expect(reads).toHaveLength(2);
  keepMessages(client, "c", [message("new")]);
  expect(reads).toHaveLength(3);
  reads[1]?.([message("old")]);
  await Promise.resolve();
  expect(observer.getCurrentResult().data?.map(({ id }) => id)).toEqual(["old", "new"]);
  reads[2]?.([message("old"), message("new"), message("other")]);
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toHaveLength(3));
  end();
});

test("without a read under way nothing is read again", () => {
  const client = new QueryClient();
  const invalidated = vi.spyOn(client, "invalidateQueries");
  keepMessages(client, "c", [message("new")]);
  expect(invalidated).not.toHaveBeenCalled();
});
