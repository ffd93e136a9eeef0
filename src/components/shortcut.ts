/**
 * One stroke of a shortcut. A shortcut is one or more strokes, "g b"; a stroke may have "mod" (⌘ or Ctrl) and
 * "shift": "mod+k".
 */
export interface Stroke {
  key: string;
  mod: boolean;
  shift: boolean;
}

export function strokesOf(shortcut: string): Stroke[] {
  return shortcut.split(" ").map((stroke) => {
    const keys = stroke.split("+");
    return { key: keys.at(-1) ?? "", mod: keys.includes("mod"), shift: keys.includes("shift") };
  });
}

interface KeyPress {
  key: string;
  metaKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const isLetter = (key: string) => /^[a-z]$/.test(key);

/** Shift must match for letters and named keys; for characters such as "?" the keyboard layout decides. */
function isPressed(stroke: Stroke, press: KeyPress): boolean {
  const key = press.key.toLowerCase();
  if (key !== stroke.key || press.altKey) return false;
  if ((press.metaKey || press.ctrlKey) !== stroke.mod) return false;
  const sign = key.length === 1 && !isLetter(key);
  return sign || press.shiftKey === stroke.shift;
}

/** Whether `presses`, oldest first, are a complete shortcut, the beginning of one, or neither. */
export function matchShortcut(shortcut: string, presses: readonly KeyPress[]): "all" | "start" | "none" {
  const strokes = strokesOf(shortcut);
  if (presses.length > strokes.length) return "none";
  const fits = presses.every((press, index) => {
    const stroke = strokes[index];
    return stroke !== undefined && isPressed(stroke, press);
  });
  if (!fits) return "none";
  return presses.length === strokes.length ? "all" : "start";
}

const POPUP = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";
const POPUP_OPEN = "[role=dialog][data-open], [role=alertdialog][data-open]";

/**
 * True if the key press belongs to a text field or to an open popup. One that fades out still has the focus for a
 * moment, but takes no keys any more.
 */
export function belongsElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // A menu that closes may have been opened from a dialog, which then has the keys.
  if (target.closest("[data-closed]")) return document.querySelector(POPUP_OPEN) !== null;
  if (
    target.isContentEditable ||
    target.closest("input:not([type=checkbox]), textarea, select, [role=textbox]")
  )
    return true;
  return target.closest(POPUP) !== null;
}
