"use client";

import type { AriaAttributes, ClipboardEvent, KeyboardEvent, Ref } from "react";
import { withMarks } from "../../../lib/marks";

/** A text field that grows with its text; ⌘↵ or Ctrl ↵ submits. */
export function MarkdownArea({
  ref,
  label,
  value,
  placeholder,
  onChange,
  onSend,
  onEscape,
  onPaste,
  onCaret,
  onKey,
  ...aria
}: AriaAttributes & {
  ref?: Ref<HTMLTextAreaElement>;
  /** Name for screen readers. */
  label: string;
  value: string;
  placeholder?: string;
  /** `caret`: where the next letter goes. */
  onChange: (value: string, caret: number) => void;
  onSend: () => void;
  onEscape?: () => void;
  onPaste?: (event: ClipboardEvent) => void;
  /** The caret has moved, or has left the field (null). */
  onCaret?: (caret: number | null) => void;
  /** Gets each key first; true: it is used up. */
  onKey?: (event: KeyboardEvent) => boolean;
}) {
  return (
    <textarea
      {...aria}
      ref={ref}
      aria-label={withMarks(label)}
      value={value}
      placeholder={placeholder}
      rows={1}
      onPaste={onPaste}
      onChange={(event) => onChange(event.currentTarget.value, event.currentTarget.selectionStart)}
      onSelect={(event) => onCaret?.(event.currentTarget.selectionStart)}
      onBlur={() => onCaret?.(null)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (onKey?.(event)) return event.preventDefault();
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
          event.preventDefault();
          onSend();
        } else if (event.key === "Escape") {
          event.preventDefault();
          if (onEscape) onEscape();
          else event.currentTarget.blur();
        }
      }}
      className="field-text field-sizing-content max-h-48 min-h-7 w-full py-1 resize-none bg-transparent px-1 text-text outline-none max-md:max-h-32"
    />
  );
}
