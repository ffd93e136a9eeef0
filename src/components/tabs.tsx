"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import { type ReactNode, useEffect, useRef } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { useEdgeFade } from "./use-edge-fade";

export interface TabItem<V extends string> {
  value: V;
  label: string;
  /** A number beside the label; hidden if undefined. */
  count?: number;
  disabled?: boolean;
}

/** Tabs of a panel. Render a `TabPanel` for each value inside. */
export function Tabs<V extends string>({
  tabs,
  value,
  onValueChange,
  label,
  end,
  className,
  children,
}: {
  tabs: TabItem<V>[];
  value: V;
  onValueChange: (value: V) => void;
  /** Name of the group of tabs, for screen readers. */
  label: string;
  /** Controls at the end of the row. */
  end?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const fade = useEdgeFade(list);
  useEffect(() => {
    list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, []);
  return (
    <Base.Root
      value={value}
      onValueChange={(next: V) => onValueChange(next)}
      className={cx("flex min-h-0 min-w-0 flex-col", className)}
    >
      <div className="flex min-w-0 items-center gap-x-2 border-b border-line px-2 max-md:flex-wrap max-md:justify-end">
        <Base.List
          ref={list}
          style={fade}
          aria-label={withMarks(label)}
          className="relative flex min-w-0 flex-1 gap-0.5 overflow-x-auto max-md:basis-full"
        >
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.value}
              value={tab.value}
              disabled={tab.disabled}
              className="flex h-9 shrink-0 items-center gap-1.5 rounded-inner px-2 text-list text-muted transition-colors outline-offset-[-3px] hover:text-text data-active:text-text data-disabled:opacity-50"
            >
              {withMarks(tab.label)}
              {tab.count === undefined ? null : <span className="text-meta text-faint">{tab.count}</span>}
            </Base.Tab>
          ))}
          <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent-text transition-[translate,width]" />
        </Base.List>
        {end}
      </div>
      {children}
    </Base.Root>
  );
}

export function TabPanel({
  value,
  className,
  children,
}: {
  value: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Base.Panel value={value} className={cx("min-h-0 min-w-0 flex-1 outline-offset-[-2px]", className)}>
      {children}
    </Base.Panel>
  );
}
