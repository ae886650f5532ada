// A chart: the image that the script drew, the same chart to point at, and its data as a table.
import { Menu, Modal, SegmentedControl, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useViewportSize } from "@mantine/hooks";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";
import IconMaximize from "@tabler/icons-react/dist/esm/icons/IconMaximize.mjs";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { ApiError } from "../api/error";
import { generatedJsonQuery } from "../api/generated-files";
import { Failed } from "../shell/failed";
import { notifyDone, notifyFailed } from "../shell/notify";
import { useAddresses } from "./addresses";
import { ChartData, Reduced } from "./chart-data";
import { isSeen, see, shapeOf } from "./chart-image";
import { isSpec, type Spec } from "./chart-spec";
import { chartTables, reductionOf } from "./chart-tables";
import styles from "./chart.module.css";
import { IconAction } from "./icon-action";
import type { PartOf } from "./message";
import { fileName, save } from "./save";
import { csvOfAll } from "./table-text";
import { VegaChart } from "./vega-chart";

interface Props {
  chart: PartOf<"chart">;
  /** What else can be done with it. */
  extra?: ReactNode;
}

type View = "image" | "interactive" | "data";

const VIEWS: { value: View; label: string }[] = [
  { value: "image", label: "Image" },
  { value: "interactive", label: "Interactive" },
  { value: "data", label: "Data" },
];

export function Chart({ chart, extra }: Props) {
  const [view, setView] = useState<View>("image");
  const [isFull, { open, close }] = useDisclosure(false);
  const name = chart.title === "" ? "Chart" : chart.title;
  const hasSpec = typeof chart.spec_file_id === "string";
  return (
    <figure className={styles.chart}>
      <ChartView chart={chart} view={view} onEnlarge={open} />
      <figcaption className={styles.bar}>
        <VisuallyHidden>{chart.alt}</VisuallyHidden>
        {hasSpec ? <ViewControl name={name} view={view} onChange={setView} /> : <span />}
        <div className={styles.actions}>
          <Downloads chart={chart} name={name} />
          <IconAction label={`${name}: full screen`} onClick={open}>
            <IconMaximize size={16} />
          </IconAction>
          {extra}
        </div>
      </figcaption>
      {isFull && (
        <Modal opened onClose={close} fullScreen title={name} classNames={{ body: styles.fullBody ?? "" }}>
          <div className={styles.bar}>
            {hasSpec ? <ViewControl name={name} view={view} onChange={setView} /> : <span />}
            <Downloads chart={chart} name={name} />
          </div>
          <ChartView chart={chart} view={view} full />
        </Modal>
      )}
    </figure>
  );
}

interface ViewControlProps {
  name: string;
  view: View;
  onChange: (view: View) => void;
}

function ViewControl({ name, view, onChange }: ViewControlProps) {
  return (
    <SegmentedControl<View> size="xs" aria-label={`${name}: view`} value={view} onChange={onChange} data={VIEWS} />
  );
}

interface ChartViewProps {
  chart: PartOf<"chart">;
  view: View;
  full?: boolean;
  /** By a click on the image, for whom the button is too far. */
  onEnlarge?: () => void;
}

function ChartView({ chart, view, full = false, onEnlarge }: ChartViewProps) {
  const { height: window_px } = useViewportSize();
  if (view === "image") return <ChartImage chart={chart} full={full} onEnlarge={onEnlarge} />;
  return (
    <WithSpec chart={chart}>
      {(spec) =>
        view === "interactive" ? (
          <>
            <Reduced spec={spec} />
            <VegaChart spec={spec} alt={chart.alt} height={full ? Math.max(240, window_px - 220) : undefined} />
          </>
        ) : (
          <ChartData spec={spec} title={chart.title === "" ? "the chart" : chart.title} />
        )
      }
    </WithSpec>
  );
}

interface ChartImageProps {
  chart: PartOf<"chart">;
  full: boolean;
  onEnlarge: (() => void) | undefined;
}

function ChartImage({ chart, full, onEnlarge }: ChartImageProps) {
  const [loaded, setLoaded] = useState(isSeen(chart.file_id));
  const [failed, setFailed] = useState(false);
  const { content } = useAddresses();
  const { aspectRatio, maxWidth } = shapeOf(chart.file_id);
  if (failed) {
    return (
      <Text size="sm" c="dimmed" p="md" role="alert">
        The image could not be loaded. {chart.alt}
      </Text>
    );
  }
  return (
    <div className={styles.paper} data-full={full || undefined}>
      {!loaded && <Skeleton className={styles.waiting} />}
      {/* The button below does the same for keyboards. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
      <img
        className={styles.image}
        data-enlarges={onEnlarge ? true : undefined}
        onClick={onEnlarge}
        src={content(chart.file_id)}
        alt={chart.alt}
        style={full ? { aspectRatio } : { aspectRatio, maxWidth }}
        onLoad={({ currentTarget: image }) => {
          see(chart.file_id, image);
          setLoaded(true);
        }}
        onError={() => setFailed(true)}
      />
    </div>
  );
}

interface WithSpecProps {
  chart: PartOf<"chart">;
  children: (spec: Spec) => ReactNode;
}

function WithSpec({ chart, children }: WithSpecProps) {
  const { data, error, refetch } = useSpec(chart);
  if (error) return <Failed error={error} title="The chart's data could not be loaded" retry={refetch} />;
  if (data === undefined) return <Skeleton height={320} />;
  return isSpec(data) ? children(data) : <Text c="dimmed">This chart has no data to show.</Text>;
}

function useSpec(chart: PartOf<"chart">, enabled = true) {
  const { content } = useAddresses();
  return useQuery({ ...generatedJsonQuery(content(chart.spec_file_id ?? "")), enabled });
}

function Downloads({ chart, name }: Pick<Props, "chart"> & { name: string }) {
  const { content } = useAddresses();
  const { refetch } = useSpec(chart, false);
  const withSpec = async (make: (spec: Spec) => Promise<void> | void) => {
    try {
      const { data, error } = await refetch();
      if (error) throw error;
      if (isSpec(data)) await make(data);
    } catch (thrown) {
      notifyFailed(ApiError.from(thrown), "The download failed");
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconAction label={`${name}: download`}>
          <IconDownload size={16} />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={content(chart.file_id)} download={fileName(name, "png")}>
          Image (PNG)
        </Menu.Item>
        {typeof chart.spec_file_id === "string" && (
          <>
            <Menu.Item
              onClick={() =>
                void withSpec(async (spec) => {
                  const { svgOf } = await import("./vega");
                  keep(spec, name, "svg", new Blob([await svgOf(spec)], { type: "image/svg+xml" }));
                })
              }
            >
              Vector image (SVG)
            </Menu.Item>
            <Menu.Item
              onClick={() =>
                void withSpec((spec) => {
                  keep(spec, name, "csv", new Blob([csvOfAll(chartTables(spec))], { type: "text/csv" }));
                })
              }
            >
              Data (CSV)
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Saves a file that was made of a chart's data. Where that was reduced, its name and a notification say so. */
function keep(spec: Spec, name: string, extension: string, content: Blob) {
  const reduction = reductionOf(spec);
  save(fileName(reduction === undefined ? name : `${name} reduced`, extension), content);
  if (reduction !== undefined) notifyDone(reduction);
}
