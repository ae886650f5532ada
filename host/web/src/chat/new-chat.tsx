// Before the first question: what there is to ask about, and questions to begin with.
import { Skeleton, Text, Title } from "@mantine/core";
import IconDatabase from "@tabler/icons-react/dist/esm/icons/IconDatabase.mjs";
import IconFileTypeCsv from "@tabler/icons-react/dist/esm/icons/IconFileTypeCsv.mjs";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { type StoredFile, useFiles } from "../api/files";
import { isAtLeast, useOrg } from "../api/orgs";
import { isRules, useModels } from "../api/models";
import { useProject } from "../api/projects";
import { type Source, sourcesQuery } from "../api/sources";
import { projectSuggestionsQuery } from "../api/suggestions";
import { Failed } from "../shell/failed";
import { counted } from "../shell/numbers";
import styles from "./new-chat.module.css";
import { Suggestions, SuggestionsSkeleton } from "./suggestions";

interface Props {
  projectId: string;
  onAsk: (question: string) => void;
}

const SHOWN_FILES = 4;

export function NewChat({ projectId, onAsk }: Props) {
  const files = useFiles(projectId);
  const orgId = useProject(projectId).data?.org_id;
  const all = useQuery({ ...sourcesQuery(orgId ?? ""), enabled: orgId !== undefined });
  const sources = all.data?.filter((source) => source.members_may_query) ?? [];
  const isEmpty = files.data?.length === 0 && sources.length === 0;
  // A file that has just been looked at may have questions.
  const looked = files.data?.map(({ id, latest }) => `${id} ${latest.version} ${latest.state}`).join();
  const suggestions = useQuery({
    ...projectSuggestionsQuery(projectId, looked ?? ""),
    enabled: (files.data?.length ?? 0) > 0,
  });
  return (
    <div className={styles.page}>
      <Title order={2} className={styles.title}>
        {isEmpty ? "Start with a file" : "What do you want to know?"}
      </Title>
      {files.isPending && <Skeleton height={54} radius="md" maw={390} />}
      {files.error && <Failed error={files.error} title="The files could not be loaded" retry={files.refetch} />}
      {isEmpty && (
        <Text c="dimmed">
          Drop a CSV file anywhere on this page, or attach one below. Then ask about it in plain English. Answers come
          with tables, charts and the script that produced them.
        </Text>
      )}
      {files.data && files.data.length > 0 && <Files projectId={projectId} files={files.data} />}
      {sources.length > 0 && <Sources sources={sources} />}
      <div className={styles.suggestions}>
        {files.isPending || suggestions.isLoading ? (
          <SuggestionsSkeleton />
        ) : (
          <Suggestions questions={suggestions.data ?? []} label="Suggested questions" onAsk={onAsk} />
        )}
      </div>
      {orgId !== undefined && <WithoutModel orgId={orgId} />}
    </div>
  );
}

/** How to get a model, where there is none. */
function WithoutModel({ orgId }: { orgId: string }) {
  const models = useModels(orgId);
  const { data: org } = useOrg(orgId);
  if (!models.data?.every(isRules) || !org) return null;
  return (
    <Text size="sm" c="dimmed">
      No language model is set up, so built-in rules answer simple questions about one table.{" "}
      {isAtLeast(org.role, "admin") ? (
        <Link to={`/org/${orgId}/models`}>Set up a model</Link>
      ) : (
        "Admins of the organisation can set one up."
      )}
    </Text>
  );
}

function Files({ projectId, files }: { projectId: string; files: readonly StoredFile[] }) {
  return (
    <ul className={styles.files} aria-label="Project files">
      {files.slice(0, SHOWN_FILES).map((file) => (
        <li key={file.id}>
          <Link to={`/p/${projectId}/files/${file.id}`} className={styles.file}>
            <IconFileTypeCsv size={20} stroke={1.4} aria-hidden />
            <span className={styles.words}>
              <span className={styles.name}>{file.name}</span>
              <span className={styles.shape}>{shapeOf(file)}</span>
            </span>
          </Link>
        </li>
      ))}
      {files.length > SHOWN_FILES && (
        <li>
          <Link to={`/p/${projectId}/files`} className={styles.all}>
            All {counted(files.length, "file")}
          </Link>
        </li>
      )}
    </ul>
  );
}

function Sources({ sources }: { sources: readonly Source[] }) {
  return (
    <ul className={styles.files} aria-label="Data sources">
      {sources.slice(0, SHOWN_FILES).map(({ id, org_id, name, schema_taken_at }) => (
        <li key={id}>
          <Link to={`/org/${org_id}/sources/${id}`} className={styles.file}>
            <IconDatabase size={20} stroke={1.4} aria-hidden />
            <span className={styles.words}>
              <span className={styles.name}>{name}</span>
              <span className={styles.shape}>{schema_taken_at ? "Database" : "Database, open it to look up its tables"}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function shapeOf({ latest }: StoredFile): string {
  if (latest.state === "pending") return "Processing";
  if (latest.state === "not_a_table") return "Not a table";
  return `${counted(latest.row_count ?? 0, "row")}, ${counted(latest.column_count ?? 0, "column")}`;
}
