// A file: its rows below the profile of each column, its versions, and the way to ask about it.
import { Button, Center, Group, Loader, NumberInput, Skeleton, Text, Tooltip } from "@mantine/core";
import IconBulb from "@tabler/icons-react/dist/esm/icons/IconBulb.mjs";
import IconFileAlert from "@tabler/icons-react/dist/esm/icons/IconFileAlert.mjs";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import { lazy, Suspense, useRef, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { type Cell, contentAddress, type StoredFile, useFile, useProfile, useVersions } from "../api/files";
import { useMayChange } from "../api/roles";
import { formatMoment } from "../shell/dates";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { counted, formatBytes, formatNumber } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { askAddress, FileMenu } from "./file-menu";
import styles from "./file-page.module.css";
import { Grid, type GridHandle } from "./grid";
import { ReadingNotes } from "./reading-notes";
import { RowDialog } from "./row-dialog";
import { Versions } from "./versions";

const InsightsDialog = lazy(() => import("./insights-dialog"));

/** From this number of rows on nobody wants to scroll to one. */
const GO_TO_FROM = 200;

export default function FilePage() {
  const { projectId = "", fileId = "" } = useParams();
  const file = useFile(fileId);
  const mayChange = useMayChange(projectId);
  const navigate = useNavigate();
  if (file.data) {
    return (
      <Loaded
        key={fileId}
        file={file.data}
        mayChange={mayChange}
        onDeleted={() => void navigate(`/p/${projectId}/files`, { replace: true })}
      />
    );
  }
  if (file.isError && file.error.status === 404) return <NotFound what="file" />;
  return (
    <PageFrame title="File" width="wide" heading={<Skeleton height={20} width={180} />}>
      {file.isError ? (
        <Failed error={file.error} title="The file could not be loaded" retry={file.refetch} />
      ) : (
        <GridSkeleton />
      )}
    </PageFrame>
  );
}

interface LoadedProps {
  file: StoredFile;
  mayChange: boolean;
  onDeleted: () => void;
}

function Loaded({ file, mayChange, onDeleted }: LoadedProps) {
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get("version"));
  const shown = Number.isInteger(asked) && asked >= 1 && asked <= file.latest.version ? asked : file.latest.version;
  const older = useVersions(file);
  const version = shown === file.latest.version ? file.latest : older.data?.find((one) => one.version === shown);
  const show = (next: number) => setSearch(next === file.latest.version ? {} : { version: String(next) }, { replace: true });
  const actions = (
    <>
      {mayChange && file.latest.state !== "not_a_table" && (
        <Button component={Link} to={askAddress(file)} leftSection={<IconMessagePlus size={16} />} className={styles.ask}>
          Ask<span className={styles.wide}>about this file</span>
        </Button>
      )}
      <FileMenu file={file} mayChange={mayChange} isOwnPage onDeleted={onDeleted} />
    </>
  );
  return (
    <PageFrame title={file.name} width="full" actions={actions}>
      {version ? (
        <Shown file={file} version={version} mayChange={mayChange} onShow={show} />
      ) : (
        <div className={styles.padded}>
          {older.isError ? <Failed error={older.error} retry={older.refetch} /> : <GridSkeleton />}
        </div>
      )}
    </PageFrame>
  );
}

interface ShownProps {
  file: StoredFile;
  version: StoredFile["latest"];
  mayChange: boolean;
  onShow: (version: number) => void;
}

function Shown({ file, version, mayChange, onShow }: ShownProps) {
  const grid = useRef<GridHandle>(null);
  return (
    <>
      <div className={styles.bar}>
        <Text size="sm" c="dimmed" className={styles.figures}>
          {typeof version.row_count === "number" && <span>{counted(version.row_count, "row")}</span>}
          {typeof version.column_count === "number" && <span>{counted(version.column_count, "column")}</span>}
          <span>{formatBytes(version.bytes)}</span>
          <span className={styles.uploaded}>Uploaded {formatMoment(version.created_at)}</span>
        </Text>
        <Group gap="xs" wrap="nowrap">
          {version.state === "table" && version.version === file.latest.version && (
            <Insights file={file} mayChange={mayChange} />
          )}
          {(version.row_count ?? 0) >= GO_TO_FROM && <GoTo rows={version.row_count ?? 0} grid={grid} />}
          <Versions file={file} shown={version.version} onShow={onShow} />
        </Group>
      </div>
      {version.state === "pending" && <Looking />}
      {version.state === "not_a_table" && <NoTable file={file} version={version} />}
      {version.state === "table" && <Table file={file} version={version} mayChange={mayChange} grid={grid} />}
    </>
  );
}

function Insights({ file, mayChange }: Pick<ShownProps, "file" | "mayChange">) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconBulb size={16} />} onClick={() => setOpen(true)}>
        Insights
      </Button>
      {isOpen && (
        <Suspense>
          <InsightsDialog file={file} mayChange={mayChange} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Looking() {
  return (
    <Empty title="Processing…">
      <Center py="xs">
        <Loader type="dots" color="gray" />
      </Center>
      Its rows and columns will appear here in a moment. You can then ask about it.
    </Empty>
  );
}

function NoTable({ file, version }: Pick<ShownProps, "file" | "version">) {
  const line = version.problem?.line;
  return (
    <Empty
      icon={IconFileAlert}
      title="This is not a table"
      action={
        <Button component="a" variant="default" href={contentAddress(file.id, version.version)} download>
          Download
        </Button>
      }
    >
      {typeof line === "number" && <>Line {formatNumber(line)}: </>}
      {version.problem?.message} Fix the file and upload it again under the same name. It becomes a new version of this file.
    </Empty>
  );
}

interface TableProps extends Pick<ShownProps, "file" | "version" | "mayChange"> {
  grid: React.RefObject<GridHandle | null>;
}

function Table({ file, version, mayChange, grid }: TableProps) {
  const profile = useProfile(file, version.version);
  const [open, setOpen] = useState<{ index: number; cells: readonly Cell[] }>();
  if (profile.isPending) return <GridSkeleton />;
  if (profile.isError) {
    return (
      <div className={styles.padded}>
        <Failed error={profile.error} title="The table could not be loaded" retry={profile.refetch} />
      </div>
    );
  }
  const { sampled, profiled_rows, columns, row_count } = profile.data;
  return (
    <>
      {sampled && (
        <Text size="xs" c="dimmed" className={styles.note}>
          The table is large: column statistics cover the first {formatNumber(profiled_rows)} rows.
        </Text>
      )}
      <ReadingNotes
        file={file}
        profile={profile.data}
        // Settings are of the newest version.
        mayChange={mayChange && version.version === file.latest.version}
      />
      {row_count === 0 && (
        <Text size="sm" className={styles.note}>
          This table has columns, but no rows.
        </Text>
      )}
      <Grid
        key={version.version}
        ref={grid}
        file={file}
        version={version.version}
        profile={profile.data}
        label={`Rows of ${file.name}`}
        onOpenRow={(index, cells) => setOpen({ index, cells })}
      />
      <RowDialog row={open} columns={columns} onClose={() => setOpen(undefined)} />
    </>
  );
}

function GoTo({ rows, grid }: { rows: number; grid: React.RefObject<GridHandle | null> }) {
  const [row, setRow] = useState<number | string>("");
  return (
    <Tooltip label="Press Enter to go to the row">
      <NumberInput
        aria-label="Go to row"
        placeholder="Go to row"
        size="xs"
        w={104}
        hideControls
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator={thousands()}
        value={row}
        onChange={setRow}
        onKeyDown={(event) => {
          if (event.key === "Enter" && typeof row === "number") grid.current?.goTo(Math.min(Math.max(row, 1), rows) - 1);
        }}
      />
    </Tooltip>
  );
}

/** The sign between thousands in the reader's language. */
function thousands(): string {
  return new Intl.NumberFormat().formatToParts(1_000_000).find(({ type }) => type === "group")?.value ?? "";
}

function GridSkeleton() {
  return (
    <div className={styles.padded} role="status" aria-label="Loading the table">
      <Skeleton height={110} mb={12} />
      {Array.from({ length: 10 }, (_, at) => (
        <Skeleton key={at} height={20} mb={12} />
      ))}
    </div>
  );
}
