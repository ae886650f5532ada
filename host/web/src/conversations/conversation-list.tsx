import { ListSkeleton } from "../shell/skeletons";

interface Props { projectId: string }

/** The conversations of a project in the sidebar, by day. */
export function ConversationList({ projectId }: Props) {
  return <ListSkeleton key={projectId} label="Loading the conversations" />;
}
