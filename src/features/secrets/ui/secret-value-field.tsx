"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { cx } from "../../../components/cx";
import { TextareaField } from "../../../components/field";
import { IconButton } from "../../../components/icon-button";

/**
 * A field for a value, hidden behind dots until revealed; ⌘↵ or Ctrl ↵ submits. It is no password field,
 * because that has a single line and would break keys of several lines.
 */
export function SecretValueField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <TextareaField
        label="Value"
        name="value"
        required
        mono
        rows={4}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={cx(!shown && "[&_textarea]:[-webkit-text-security:disc]")}
        hint={
          value === value.trim()
            ? "Kept as you type it, in one line or several."
            : "It begins or ends with a space or a line break, which is kept too."
        }
        error={error}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <IconButton
        label={shown ? "Hide the value" : "Show the value"}
        icon={shown ? EyeOff : Eye}
        onClick={() => setShown(!shown)}
        className="absolute -top-1 right-0 pointer-coarse:-top-3"
      />
    </div>
  );
}
