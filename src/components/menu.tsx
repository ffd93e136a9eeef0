"use client";

import { Check, type LucideIcon } from "lucide-react";
import Link from "next/link";
import {
  type ComponentProps,
  cloneElement,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { Keys } from "./kbd";
import { popups, withPopups } from "./popups";

const ITEM =
  "flex min-h-7 items-center gap-2 rounded-inner px-2 py-1 text-list outline-none select-none data-disabled:opacity-50 data-highlighted:bg-pressed pointer-coarse:min-h-9";

type Trigger = ReactElement<ComponentProps<"button">>;

const OPENING_KEYS = ["ArrowDown", "ArrowUp"];

/** `trigger` is the button that opens it, a plain one until it is first used. */
export function Menu({
  trigger,
  align = "end",
  side = "bottom",
  children,
}: {
  trigger: Trigger;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}) {
  const [firstUse, setFirstUse] = useState<"pointer" | "keyboard">();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // As the key would have, which highlights the first item.
    if (firstUse === "keyboard") button.current?.click();
  }, [firstUse]);
  if (!firstUse) {
    const use = (by: "pointer" | "keyboard") => withPopups(() => setFirstUse(by));
    return cloneElement(trigger, {
      "aria-haspopup": "menu",
      "aria-expanded": false,
      onClick: ({ detail }) => use(detail === 0 ? "keyboard" : "pointer"),
      onKeyDown: (event) => {
        if (!OPENING_KEYS.includes(event.key)) return;
        event.preventDefault();
        use("keyboard");
      },
    });
  }
  const { Menu: Base } = popups();
  return (
    <Base.Root defaultOpen={firstUse === "pointer"}>
      <Base.Trigger ref={button} render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="floats max-h-(--available-height) min-w-44 overflow-y-auto p-1 outline-none transition-opacity duration-[120ms] data-ending-style:opacity-0 data-starting-style:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemLook {
  icon?: LucideIcon;
  shortcut?: string;
  children: ReactNode;
}

function ItemInside({ icon: Icon, shortcut, danger, children }: ItemLook & { danger?: boolean }) {
  return (
    <>
      {Icon ? (
        <Icon aria-hidden size={14} className={cx("shrink-0", danger ? "text-failed" : "text-faint")} />
      ) : null}
      <span className="min-w-0 flex-1 truncate">{withMarks(children)}</span>
      {shortcut ? <Keys shortcut={shortcut} /> : null}
    </>
  );
}

export function MenuItem({ onClick, danger, ...look }: ItemLook & { onClick: () => void; danger?: boolean }) {
  const { Menu: Base } = popups();
  return (
    <Base.Item onClick={onClick} className={cx(ITEM, danger && "text-failed")}>
      <ItemInside danger={danger} {...look} />
    </Base.Item>
  );
}

export function MenuLink({ href, ...look }: ItemLook & { href: string }) {
  const { Menu: Base } = popups();
  return (
    <Base.LinkItem closeOnClick render={<Link href={href} />} className={ITEM}>
      <ItemInside {...look} />
    </Base.LinkItem>
  );
}

export function MenuSeparator() {
  const { Menu: Base } = popups();
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
}

export function MenuGroup({ label, children }: { label: ReactNode; children: ReactNode }) {
  const { Menu: Base } = popups();
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1 pb-0.5 text-meta text-faint">{withMarks(label)}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

function Mark() {
  return <Check aria-hidden size={14} className="text-accent-text" />;
}

/** One choice of several; the current one has a tick. */
export function MenuRadioGroup<V extends string>({
  value,
  onValueChange,
  options,
}: {
  value: V;
  onValueChange: (value: V) => void;
  options: { value: V; label: string; icon?: LucideIcon }[];
}) {
  const { Menu: Base } = popups();
  return (
    <Base.RadioGroup value={value} onValueChange={onValueChange}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick className={ITEM}>
          <ItemInside icon={option.icon}>{option.label}</ItemInside>
          <span className="w-3.5">
            <Base.RadioItemIndicator>
              <Mark />
            </Base.RadioItemIndicator>
          </span>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

/** A switch that leaves the menu open. */
export function MenuCheck({
  checked,
  onCheckedChange,
  children,
}: {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  const { Menu: Base } = popups();
  return (
    <Base.CheckboxItem checked={checked} onCheckedChange={onCheckedChange} className={ITEM}>
      <ItemInside>{children}</ItemInside>
      <span className="w-3.5">
        <Base.CheckboxItemIndicator>
          <Mark />
        </Base.CheckboxItemIndicator>
      </span>
    </Base.CheckboxItem>
  );
}
