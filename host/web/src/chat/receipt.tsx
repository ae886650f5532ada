// The receipt of a run: what it used, and the digests by which it can be repeated byte for byte.
import { Progress, Text } from "@mantine/core";
import { Fragment, type ReactNode } from "react";

import { formatBytes, formatShort } from "../shell/numbers";
import { CopyButton } from "./copy-button";
import { duration } from "./duration";
import type { PartOf } from "./message";
import styles from "./receipt.module.css";

/** The fields of a receipt that are shown, as the API writes them. */
interface Fields {
  fuel_used?: number | null;
  peak_memory_bytes?: number | null;
  wall_us?: number;
  instantiate_us?: number;
  clock_unix_ms?: number;
  module_sha256?: string;
  script_sha256?: string;
  stdout_sha256?: string;
  inputs?: Digest[];
  outputs?: Digest[];
  limits?: { fuel?: number; memory_bytes?: number; wall_ms?: number };
}

interface Digest {
  name: string;
  bytes: number;
  sha256: string;
}

interface Props {
  receipt: PartOf<"receipt">;
  /** Nothing vouches for the receipt of an imported conversation. */
  imported: boolean;
}

export function Receipt({ receipt, imported }: Props) {
  const fields = receipt.receipt as Fields;
  const { limits = {}, inputs = [], outputs = [] } = fields;
  return (
    <div className={styles.receipt}>
      {imported && (
        <Text size="sm" c="dimmed" mb="sm">
          This conversation was imported, so this receipt cannot be verified.
        </Text>
      )}
      <dl className={styles.amounts}>
        {fields.wall_us !== undefined && (
          <Used label="Time" value={duration(fields.wall_us / 1000)} used={fields.wall_us / 1000} limit={limits.wall_ms}>
            {limits.wall_ms !== undefined && `of ${duration(limits.wall_ms)}`}
          </Used>
        )}
        {typeof fields.fuel_used === "number" && (
          <Used label="Fuel" value={formatShort(fields.fuel_used)} used={fields.fuel_used} limit={limits.fuel}>
            {limits.fuel !== undefined && `of ${formatShort(limits.fuel)} instructions`}
          </Used>
        )}
        {typeof fields.peak_memory_bytes === "number" && (
          <Used
            label="Memory"
            value={formatBytes(fields.peak_memory_bytes)}
            used={fields.peak_memory_bytes}
            limit={limits.memory_bytes}
          >
            {limits.memory_bytes !== undefined && `of ${formatBytes(limits.memory_bytes)}`}
          </Used>
        )}
      </dl>
      <Text size="xs" c="dimmed" mt="sm" mb={6}>
        The same script, files, module and settings always produce the same bytes. SHA-256 of each:
      </Text>
      <dl className={styles.digests}>
        <Hash label="Script" digest={fields.script_sha256} />
        <Hash label="Printed output" digest={fields.stdout_sha256} />
        <Hash label="Sandbox module" digest={fields.module_sha256} />
        {inputs.map((file) => (
          <Hash key={`in ${file.name}`} label={`Input: ${file.name}`} size={file.bytes} digest={file.sha256} />
        ))}
        {outputs.map((file) => (
          <Hash key={`out ${file.name}`} label={`Output: ${file.name}`} size={file.bytes} digest={file.sha256} />
        ))}
      </dl>
    </div>
  );
}

interface UsedProps {
  label: string;
  value: string;
  used: number;
  limit: number | undefined;
  children: ReactNode;
}

function Used({ label, value, used, limit, children }: UsedProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span className={styles.value}>{value}</span> <span className={styles.of}>{children}</span>
        {limit !== undefined && limit > 0 && (
          <Progress value={Math.min(100, (used / limit) * 100)} size={3} mt={4} aria-label={`${label}: share of the limit`} />
        )}
      </dd>
    </div>
  );
}

function Hash({ label, size, digest }: { label: string; size?: number; digest: string | undefined }) {
  if (digest === undefined) return null;
  return (
    <Fragment>
      <dt>
        {label}
        {size !== undefined && <span className={styles.of}> {formatBytes(size)}</span>}
      </dt>
      <dd>
        <code title={digest}>{digest.slice(0, 12)}…</code>
        <CopyButton text={digest} label={`Copy the SHA-256 of ${label}`} size={24} />
      </dd>
    </Fragment>
  );
}
