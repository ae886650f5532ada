// A project's dashboards: which there are, and how one is made.
import { Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import IconLayoutDashboard from "@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconWand from "@tabler/icons-react/dist/esm/icons/IconWand.mjs";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import {
  type Dashboard,
  useCreateDashboard,
  useDashboards,
  useDeleteDashboard,
  useGenerateDashboard,
  useImportDashboard,
} from "../api/dashboards";
import { useFiles } from "../api/files";
import { useMayChange } from "../api/roles";
import { Confirm } from "../shell/confirm";
import { formatAgo } from "../shell/dates";
import { Dialog } from "../shell/dialog";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { notifyDone } from "../shell/notify";
import { PageFrame } from "../shell/page-frame";
import { Row, Rows } from "../shell/rows";
import { RowsSkeleton } from "../shell/skeletons";

type Making = "new" | "file" | "import";

/** From this number on there is something to search. */
const SEARCH_FROM = 6;

export default function DashboardsPage() {
  const { projectId = "" } = useParams();
  const dashboards = useDashboards(projectId);
  const mayChange = useMayChange(projectId);
  const [making, setMaking] = useState<Making>();
  const [removing, setRemoving] = useState<Dashboard>();
  const [words, setWords] = useState("");
  const remove = useDeleteDashboard(projectId);
  if (dashboards.error?.status === 404) return <NotFound what="project" />;
  const all = dashboards.data ?? [];
  const shown = all.filter(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()));
  const buttons = mayChange && (
    <>
      <Button size="xs" variant="default" onClick={() => setMaking("import")}>
        Import
      </Button>
      <Button size="xs" variant="default" leftSection={<IconWand size={16} aria-hidden />} onClick={() => setMaking("file")}>
        From file
      </Button>
      <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking("new")}>
        New
      </Button>
    </>
  );
  return (
    <PageFrame title="Dashboards" width="wide" actions={all.length > 0 && buttons}>
      {dashboards.isPending && <RowsSkeleton label="Loading the dashboards" count={4} />}
      {dashboards.error && !dashboards.data && (
        <Failed error={dashboards.error} title="The dashboards could not be loaded" retry={dashboards.refetch} />
      )}
      {dashboards.isSuccess && all.length === 0 && (
        <Empty icon={IconLayoutDashboard} title="No dashboards yet" action={<Group gap="xs" justify="center">{buttons}</Group>}>
          {mayChange
            ? "A dashboard collects charts and tables from your answers and updates them when their files change. Add one from a chat, or create a dashboard from a file."
            : "Members of the organisation can create dashboards here."}
        </Empty>
      )}
      {all.length >= SEARCH_FROM && (
        <TextInput
          aria-label="Search the dashboards"
          placeholder="Search by name"
          mb="md"
          maw="20rem"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {all.length > 0 && (
        <Rows label="Dashboards">
          {shown.map((dashboard) => (
            <Row
              key={dashboard.id}
              icon={<IconLayoutDashboard size={20} stroke={1.5} aria-hidden />}
              title={<Link to={`/p/${projectId}/dashboards/${dashboard.id}`}>{dashboard.name}</Link>}
              action={
                mayChange && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    aria-label={`Delete ${dashboard.name}`}
                    onClick={() => setRemoving(dashboard)}
                  >
                    Delete
                  </Button>
                )
              }
            >
              {dashboard.description !== "" && `${dashboard.description} · `}Saved {formatAgo(dashboard.updated_at)}
            </Row>
          ))}
        </Rows>
      )}
      <MakeDialog projectId={projectId} making={making} onClose={() => setMaking(undefined)} />
      <Confirm
        opened={removing !== undefined}
        title={`Delete ${removing?.name ?? ""}?`}
        action="Delete"
        mutation={remove}
        onClose={() => setRemoving(undefined)}
        onConfirm={() =>
          removing &&
          remove.mutate(removing.id, {
            onSuccess: () => {
              notifyDone(`${removing.name} deleted.`);
              setRemoving(undefined);
            },
          })
        }
      >
        This also deletes all its versions, tiles and links. The files it reads are kept.
      </Confirm>
    </PageFrame>
  );
}

const TITLES: Record<Making, string> = { new: "New dashboard", file: "Dashboard from a file", import: "Import dashboard" };

function MakeDialog({ projectId, making, onClose }: { projectId: string; making: Making | undefined; onClose: () => void }) {
  return (
    <Dialog opened={making !== undefined} onClose={onClose} title={making && TITLES[making]}>
      {making && <Make key={making} projectId={projectId} making={making} />}
    </Dialog>
  );
}

function Make({ projectId, making }: { projectId: string; making: Making }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [yaml, setYaml] = useState("");
  const [fileId, setFileId] = useState<string | null>(null);
  const files = useFiles(projectId);
  const create = useCreateDashboard(projectId);
  const generate = useGenerateDashboard(projectId);
  const bring = useImportDashboard(projectId);
  const mutation = making === "new" ? create : making === "file" ? generate : bring;
  const go = ({ id }: Dashboard) => void navigate(`/p/${projectId}/dashboards/${id}`);
  const named = name.trim() === "" ? {} : { name: name.trim() };
  const tables = (files.data ?? []).filter(({ latest }) => latest.state === "table");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (making === "new") create.mutate(name.trim(), { onSuccess: go });
        else if (making === "import") bring.mutate({ yaml, ...named }, { onSuccess: go });
        else if (fileId !== null) generate.mutate({ file_id: fileId, ...named }, { onSuccess: go });
      }}
    >
      <Stack>
        {making === "file" && (
          <Select
            label="File"
            description="Charts are chosen by the file's columns, without a model."
            placeholder={tables.length === 0 ? "There are no tables in the project yet" : "Choose a table"}
            data={tables.map(({ id, name: label }) => ({ value: id, label }))}
            value={fileId}
            onChange={setFileId}
            searchable
            required
            data-autofocus
          />
        )}
        {making === "import" && (
          <Textarea
            label="Exported dashboard (YAML)"
            description="Its files are matched by name in this project."
            autosize
            minRows={6}
            maxRows={16}
            required
            data-autofocus
            value={yaml}
            onChange={(event) => setYaml(event.currentTarget.value)}
          />
        )}
        <TextInput
          label="Name"
          placeholder={making === "new" ? "" : "From the file"}
          maxLength={100}
          required={making === "new"}
          {...(making === "new" ? { "data-autofocus": true } : {})}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {mutation.error && <Failed error={mutation.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={mutation.isPending} disabled={making === "file" && fileId === null}>
            {making === "import" ? "Import" : "Create dashboard"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
