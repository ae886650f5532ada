import { ActionIcon, type ActionIconProps } from "@mantine/core";
import type { ComponentPropsWithRef } from "react";

interface Props extends ActionIconProps, Omit<ComponentPropsWithRef<"button">, keyof ActionIconProps> {
  /** What it does, for its name, and for the browser's own tooltip where that says no more. */
  label: string;
}

/**
 * A small button of a message. Messages come and go by the dozen as the reader scrolls, and a tooltip of the library
 * costs more than all else in their bars; the browser's own costs nothing.
 */
export function IconAction({ label, size = 28, ...props }: Props) {
  return <ActionIcon size={size} aria-label={label} title={label} {...props} />;
}

interface LinkProps extends ActionIconProps {
  label: string;
  href: string;
  /** The name of the file that the browser keeps. */
  download: string;
}

/** The same as a link that downloads. */
export function DownloadAction({ label, size = 28, ...props }: LinkProps) {
  return <ActionIcon component="a" size={size} aria-label={label} title={label} {...props} />;
}
