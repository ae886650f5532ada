// A dashboard: to look at, or to change.
import { Alert, Button, Group, Menu, SegmentedControl, Skeleton, Text } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconLayoutDashboard from "@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconRefresh from "@tabler/icons-react/dist/esm/icons/IconRefresh.mjs";
import { lazy, Suspense, useState } from "react";
import { useParams } from "react-router";

import {
  type Conditions,
  exportAddress,
  type Filter,
  isGoing,
  pdfAddress,
  type Item,
  tileAddress,
  type TileKind,
  type TileResult,
  useDashboard,
  useRefresh,
  useResults,
  type WholeDashboard,
} from "../api/dashboards";
import { isAtLeast } from "../api/orgs";
import { IconAction } from "../chat/icon-action";
import { useInProject } from "../projects/may";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { PageFrame } from "../shell/page-frame";
import styles from "./dashboard-page.module.css";
import { choicesOf, isSetTo, toggled } from "./cross-filter";
import { FilterBar } from "./filter-bar";
import { Grid } from "./grid";
import { TileCard, titleOf } from "./tile-card";

const EditDashboard = lazy(() => import("./edit-dashboard"));
const TileDialog = lazy(() => import("./tile-dialog"));
const VersionsDialog = lazy(() => import("./versions-dialog"));
const ReportsDialog = lazy(() => import("./reports-dialog"));
const DashboardShareDialog = lazy(() => import("./share-dialog"));

export default function DashboardPage() {
  const { projectId = "", dashboardId = "" } = useParams();
  const dashboard = useDashboard(dashboardId);
  if (dashboard.error?.status === 404) return <NotFound what="dashboard" />;
  if (dashboard.data) return <Board key={dashboardId} projectId={projectId} whole={dashboard.data} />;
  return (
    <PageFrame title="Dashboard" width="wide">
      {dashboard.error ? (
        <Failed error={dashboard.error} title="The dashboard could not be loaded" retry={dashboard.refetch} />
      ) : (
        <BoardSkeleton />
      )}
    </PageFrame>
  );
}

type Open = { what: "tile"; item: Item } | { what: "versions" } | { what: "share" } | { what: "reports" };

function Board({ projectId, whole }: { projectId: string; whole: WholeDashboard }) {
  const { id, version, document } = whole;
  const { org, mayChange } = useInProject(projectId);
  const [isEditing, setEditing] = useState(false);
  const [tabId, setTabId] = useState(document.tabs[0]?.id);
  const [filters, setFilters] = useState<Conditions>({});
  const [open, setOpen] = useState<Open>();
  const results = useResults(id, version, filters);
  const refresh = useRefresh(id, filters);
  const tab = document.tabs.find((one) => one.id === tabId) ?? document.tabs[0];
  const tileOf = (item: Item) => {
    const { content } = item;
    return content.type === "tile" ? whole.tiles.find((tile) => tile.id === content.tile_id) : undefined;
  };
  const resultOf = (item: Item): TileResult | undefined => {
    const { content } = item;
    return content.type === "tile" ? results.data?.results.find((one) => one.tile_id === content.tile_id) : undefined;
  };
  const addressOf = (item: Item, what: "image" | "table") => {
    const result = resultOf(item);
    return result?.key && item.content.type === "tile" ? tileAddress(id, item.content.tile_id, what, result.key) : undefined;
  };
  const wholeOf = (address: string | undefined) => (address === undefined ? undefined : { address });
  const kindOf = (item: Item): TileKind | "text" => (item.content.type === "text" ? "text" : (tileOf(item)?.kind ?? "table"));
  const crossFilterOf = (item: Item) => {
    const tile = tileOf(item);
    if (tile === undefined || isEditing) return undefined;
    return {
      choices: choicesOf(tile, resultOf(item)?.output, document.filters ?? []),
      isSet: (filter: Filter, value: string) => isSetTo(filters, filter, value),
      onToggle: (filter: Filter, value: string) => setFilters((set) => toggled(set, filter, value)),
    };
  };
  const card = (item: Item, onOpen?: () => void) => (
    <TileCard
      item={item}
      tile={tileOf(item)}
      result={resultOf(item)}
      image={addressOf(item, "image")}
      whole={wholeOf(addressOf(item, "table"))}
      crossFilter={crossFilterOf(item)}
      onOpen={onOpen}
      onRetry={() => refresh.mutate()}
    />
  );

  if (isEditing) {
    return (
      <Suspense fallback={<PageFrame title={whole.name} width="wide"><BoardSkeleton /></PageFrame>}>
        <EditDashboard
          projectId={projectId}
          whole={whole}
          kindOf={kindOf}
          nameOf={(item) => (item.content.type === "text" ? "the text" : titleOf(item, tileOf(item)))}
          card={card}
          onDone={() => setEditing(false)}
        />
      </Suspense>
    );
  }
  const making = results.data?.results.filter(isGoing).length ?? 0;
  const isEmpty = document.tabs.every(({ items }) => items.length === 0);
  return (
    <PageFrame
      title={whole.name}
      width="wide"
      actions={
        <>
          <IconAction label="Refresh" onClick={() => refresh.mutate()} loading={refresh.isPending}>
            <IconRefresh size={18} />
          </IconAction>
          {mayChange && (
            <Button size="xs" variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
              Edit
            </Button>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <IconAction label="More actions">
                <IconDots size={18} />
              </IconAction>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setOpen({ what: "versions" })}>Versions…</Menu.Item>
              {org && isAtLeast(org.role, "admin") && <Menu.Item onClick={() => setOpen({ what: "share" })}>Share with a link…</Menu.Item>}
              {mayChange && <Menu.Item onClick={() => setOpen({ what: "reports" })}>Schedule a report…</Menu.Item>}
              <Menu.Item component="a" href={pdfAddress(id, filters)} download={`${whole.name}.pdf`}>
                Download as PDF
              </Menu.Item>
              <Menu.Item component="a" href={exportAddress(id)} download={`${whole.name}.yaml`}>
                Export (YAML)
              </Menu.Item>
              <Menu.Item onClick={() => window.print()}>Print…</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      {whole.description !== "" && (
        <Text size="sm" c="dimmed" mb="xs">
          {whole.description}
        </Text>
      )}
      <FilterBar
        filters={document.filters ?? []}
        set={filters}
        idle={results.data?.idle_filters ?? []}
        onChange={setFilters}
      />
      {document.tabs.length > 1 && (
        <SegmentedControl
          className={styles.tabs ?? ""}
          size="xs"
          aria-label="Tab"
          value={tab?.id ?? ""}
          onChange={setTabId}
          data={document.tabs.map((one, at) => ({ value: one.id, label: one.title === "" ? `Tab ${at + 1}` : one.title }))}
        />
      )}
      {results.error && !results.data && (
        <Alert color="red" variant="light" mb="sm" role="alert">
          The tiles could not be loaded: {results.error.message}
        </Alert>
      )}
      <Text role="status" size="xs" c="dimmed" className={styles.making}>
        {making > 0 && `Updating ${making} of ${results.data?.results.length ?? 0} tiles`}
      </Text>
      {isEmpty && (
        <Empty icon={IconLayoutDashboard} title="This dashboard is empty">
          {mayChange ? "Ask a question in a chat, then choose “Add to a dashboard” on a chart or table in the answer." : "Members of the organisation can add charts and tables to it."}
        </Empty>
      )}
      <Grid items={tab?.items ?? []} kindOf={kindOf}>
        {(item) => card(item, tileOf(item) && (() => setOpen({ what: "tile", item })))}
      </Grid>
      <Suspense>
        {open?.what === "tile" && (
          <TileDialog
            projectId={projectId}
            mayChange={mayChange}
            dashboardId={id}
            title={titleOf(open.item, tileOf(open.item))}
            tile={tileOf(open.item)}
            result={resultOf(open.item)}
            onClose={() => setOpen(undefined)}
          />
        )}
        {open?.what === "versions" && <VersionsDialog whole={whole} mayChange={mayChange} onClose={() => setOpen(undefined)} />}
        {open?.what === "reports" && (
          <ReportsDialog
            dashboardId={id}
            title={whole.name}
            filters={filters}
            mayAddOutside={org !== undefined && isAtLeast(org.role, "admin")}
            onClose={() => setOpen(undefined)}
          />
        )}
        {open?.what === "share" && <DashboardShareDialog dashboardId={id} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </PageFrame>
  );
}

function BoardSkeleton() {
  return (
    <div role="status" aria-label="Loading the dashboard">
      <Group grow gap={12} mb={12}>
        {[0, 1, 2, 3].map((at) => (
          <Skeleton key={at} height={124} />
        ))}
      </Group>
      <Skeleton height={328} mb={12} />
      <Skeleton height={328} />
    </div>
  );
}
