"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { withMarkedNames, withMarks } from "../lib/marks";
import { selectClass } from "./control";

export interface SelectOption<V extends string> {
  value: V;
  label: string;
  /** An explanation under the option's name in the list. */
  hint?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<V extends string> {
  options: SelectOption<V>[];
  value: V | null;
  onValueChange: (value: V) => void;
  placeholder?: string;
  disabled?: boolean;
  name?: string;
  /** Name for screen readers, if no label is visible. */
  "aria-label"?: string;
  /** Style for filter bars: no border until hovered, as wide as the value. */
  quiet?: boolean;
  className?: string;
}

/** The select itself, for what is loaded when it is opened anyway, as forms are; `defaultOpen`: it begins open. */
export function SelectList<V extends string>({
  options,
  value,
  onValueChange,
  placeholder,
  disabled,
  name,
  quiet = false,
  className,
  defaultOpen,
  ...aria
}: SelectProps<V> & { defaultOpen?: boolean }) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Base.Root
      items={options.map((option) => ({ ...option, label: withMarks(option.label) }))}
      value={value}
      name={name}
      disabled={disabled}
      defaultOpen={defaultOpen}
      onValueChange={(next) => {
        if (next !== null) onValueChange(next);
      }}
    >
      <Base.Trigger {...withMarkedNames(aria)} className={selectClass(quiet, className)}>
        {chosen?.icon}
        <Base.Value
          placeholder={placeholder}
          className="min-w-0 flex-1 truncate data-placeholder:text-faint"
        />
        <Base.Icon className="shrink-0 text-faint">
          <ChevronsUpDown aria-hidden size={12} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="floats max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto p-1 transition-opacity duration-[120ms] data-ending-style:opacity-0 data-starting-style:opacity-0">
            <Base.List>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.disabled}
                  className="flex min-h-7 items-center gap-2 rounded-inner py-1 pr-2 pl-2 text-list outline-none select-none data-disabled:opacity-50 data-highlighted:bg-pressed pointer-coarse:min-h-9"
                >
                  {option.icon}
                  <span className="min-w-0 flex-1">
                    <Base.ItemText className="block truncate">{withMarks(option.label)}</Base.ItemText>
                    {option.hint ? (
                      <span className="block max-w-72 text-meta text-pretty text-muted">{option.hint}</span>
                    ) : null}
                  </span>
                  <span className="w-3.5 shrink-0">
                    <Base.ItemIndicator>
                      <Check aria-hidden size={14} className="text-accent-text" />
                    </Base.ItemIndicator>
                  </span>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
