// A conversation, and a new one that is not there yet: one page, so that the first question needs no second start.
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router";

import type { Conversation as Begun } from "../api/conversations";
import { Conversation } from "./conversation";

export default function ConversationPage() {
  const { projectId = "", conversationId } = useParams();
  const navigate = useNavigate();
  // A conversation that began here goes on as what it was when it was new.
  const [begun, setBegun] = useState({ key: 0, id: "" });
  const key = conversationId === undefined || conversationId === begun.id ? `new-${projectId}-${begun.key}` : conversationId;

  const [wasNew, setWasNew] = useState(conversationId === undefined);
  if (wasNew !== (conversationId === undefined)) {
    setWasNew(conversationId === undefined);
    // Back to a new chat: another one.
    if (conversationId === undefined) setBegun({ key: begun.key + 1, id: "" });
  }

  const onBegun = useCallback(
    ({ id }: Begun) => {
      setBegun((known) => ({ ...known, id }));
      void navigate(`/p/${projectId}/c/${id}`, { replace: true });
    },
    [navigate, projectId],
  );
  return <Conversation key={key} projectId={projectId} conversationId={conversationId} onBegun={onBegun} />;
}
