"use client";

import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { withMarkedNames, withMarks } from "../lib/marks";
import { selectClass } from "./control";
import { cx } from "./cx";
import { popups, withPopups } from "./popups";
import type { SelectProps } from "./select-list";

const OPENING_KEYS = ["ArrowDown", "ArrowUp"];

/** A choice of one, which is a plain button until its list is wanted. In a form with labels: `SelectField`. */
export function Select<V extends string>(props: SelectProps<V>) {
  const [isUsed, setUsed] = useState(false);
  if (isUsed) {
    const { SelectList } = popups();
    return <SelectList {...props} defaultOpen />;
  }
  const {
    options,
    value,
    onValueChange: _,
    placeholder,
    disabled,
    quiet = false,
    className,
    ...rest
  } = props;
  const chosen = options.find((option) => option.value === value);
  const open = () => withPopups(() => setUsed(true));
  return (
    <button
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      disabled={disabled}
      className={selectClass(quiet, className)}
      onClick={open}
      onKeyDown={(event) => {
        if (!OPENING_KEYS.includes(event.key)) return;
        event.preventDefault();
        open();
      }}
      {...withMarkedNames(rest)}
    >
      {chosen?.icon}
      <span className={cx("min-w-0 flex-1 truncate", !chosen && "text-faint")}>
        {chosen ? withMarks(chosen.label) : placeholder}
      </span>
      <ChevronsUpDown aria-hidden size={12} className="shrink-0 text-faint" />
    </button>
  );
}
