// The grid of a tab, to change: things are moved and made larger by pointer and by keyboard.
//
// By keyboard: Space picks a thing up at its handle, arrows move it, Shift and arrows change its size, Space puts it down,
// Escape puts it back. A live region says what happens.
import { Menu, VisuallyHidden } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconGripVertical from "@tabler/icons-react/dist/esm/icons/IconGripVertical.mjs";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";

import type { Item, TileKind } from "../api/dashboards";
import { IconAction } from "../chat/icon-action";
import { placeStyle } from "./grid";
import styles from "./grid.module.css";
import { inReadingOrder, type Place, placed, within } from "./layout";

const ROW_PX = 56;
const GAP_PX = 12;

interface Props {
  items: readonly Item[];
  kindOf: (item: Item) => TileKind | "text";
  nameOf: (item: Item) => string;
  onChange: (items: Item[]) => void;
  onRemove: (item: Item) => void;
  onEdit: (item: Item) => void;
  children: (item: Item) => ReactNode;
}

interface Moving {
  id: string;
  place: Place;
  by: "pointer" | "keyboard";
}

export function EditableGrid({ items, kindOf, nameOf, onChange, onRemove, onEdit, children }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const [moving, setMoving] = useState<Moving>();
  const [said, say] = useState("");
  const shown = moving ? placed(items, moving.id, moving.place) : items;

  const put = () => {
    if (!moving) return;
    onChange(placed(items, moving.id, moving.place));
    setMoving(undefined);
    say(`Placed at ${told(moving.place)}.`);
  };
  const giveUp = () => {
    setMoving(undefined);
    say("Move cancelled.");
  };

  const drag = (item: Item, what: "move" | "size") => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const handle = event.currentTarget;
    const { pointerId, clientX, clientY } = event;
    handle.setPointerCapture(pointerId);
    event.preventDefault();
    handle.focus();
    const column_px = ((grid.current?.clientWidth ?? 0) + GAP_PX) / 12;
    let last: Place = item;
    const placeAt = (now: globalThis.PointerEvent): Place => {
      const right = Math.round((now.clientX - clientX) / column_px);
      const down = Math.round((now.clientY - clientY) / (ROW_PX + GAP_PX));
      return what === "move"
        ? within({ ...sizeOf(item), x: item.x + right, y: item.y + down })
        : within({ ...sizeOf(item), width: Math.min(item.width + right, 12 - item.x), height: item.height + down });
    };
    const follow = (now: globalThis.PointerEvent) => {
      last = placeAt(now);
      setMoving({ id: item.id, place: last, by: "pointer" });
    };
    const end = (now: globalThis.PointerEvent) => {
      handle.removeEventListener("pointermove", follow);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      setMoving(undefined);
      if (now.type === "pointerup" && !isSame(last, item)) onChange(placed(items, item.id, last));
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  };

  const onKey = (item: Item) => (event: KeyboardEvent) => {
    const isHeld = moving?.id === item.id && moving.by === "keyboard";
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (isHeld) put();
      else {
        setMoving({ id: item.id, place: sizeOf(item), by: "keyboard" });
        say(`${nameOf(item)} picked up. Use the arrow keys to move it, Shift and the arrow keys to resize it, Space to place it, Escape to cancel.`);
      }
      return;
    }
    if (!isHeld) return;
    if (event.key === "Escape") {
      event.preventDefault();
      giveUp();
      return;
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const { x, y, width, height } = moving.place;
    const [right, down] = step;
    const place = within(
      event.shiftKey
        ? { x, y, width: Math.min(width + right, 12 - x), height: height + down }
        : { x: x + right, y: y + down, width, height },
    );
    setMoving({ ...moving, place });
    say(told(place));
  };

  return (
    <>
      <VisuallyHidden role="status" aria-live="assertive">
        {said}
      </VisuallyHidden>
      <div ref={grid} className={styles.grid} data-editing>
        {inReadingOrder(items).map((item) => {
          const now = shown.find(({ id }) => id === item.id) ?? item;
          const isMoving = moving?.id === item.id;
          const name = nameOf(item);
          return (
            <div
              key={item.id}
              className={styles.cell}
              data-kind={kindOf(item)}
              data-moving={isMoving || undefined}
              style={placeStyle(now)}
            >
              {children(item)}
              <div className={styles.tools}>
                <IconAction
                  label={`Move ${name}`}
                  className={styles.handle}
                  aria-pressed={isMoving && moving.by === "keyboard"}
                  onPointerDown={drag(item, "move")}
                  onKeyDown={onKey(item)}
                  onBlur={() => moving?.by === "keyboard" && isMoving && giveUp()}
                >
                  <IconGripVertical size={16} />
                </IconAction>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <IconAction label={`Actions for ${name}`}>
                      <IconDots size={16} />
                    </IconAction>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => onEdit(item)}>Edit…</Menu.Item>
                    <Menu.Item c="var(--mantine-color-error)" onClick={() => onRemove(item)}>
                      Remove
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </div>
              {/* Keyboards have the handle above. */}
              <div aria-hidden className={styles.corner} onPointerDown={drag(item, "size")} />
            </div>
          );
        })}
      </div>
    </>
  );
}

const STEPS: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function sizeOf({ x, y, width, height }: Place): Place {
  return { x, y, width, height };
}

function isSame(one: Place, other: Place): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

function told({ x, y, width, height }: Place): string {
  return `column ${x + 1}, row ${y + 1}, ${width} wide, ${height} high`;
}
